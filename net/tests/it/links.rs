use std::{sync::Arc, time::Duration};

use net::{
    Closed, DialError, FrameError, Gate, IDLE_TIMEOUT, Key, MAX_FRAME_BYTES, MAX_LINKS_PER_KEY, Net, Path, Protocol,
    SecretKey, StartError, code,
};
use tokio::io::AsyncWriteExt;

use crate::{addr, config, link, nobody, presence, soon};

#[tokio::test]
async fn a_link_carries_frames_both_ways_and_knows_its_ends() {
    let ((a, _), (b, mut at_b)) = (presence(1).await, presence(2).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    assert_eq!((to_b.key(), to_a.key()), (b.key(), a.key()));
    assert_eq!((to_b.protocol(), to_a.protocol()), (Protocol::Session, Protocol::Session));
    assert_eq!((to_b.is_dialled(), to_a.is_dialled()), (true, false));
    assert_eq!((to_b.path(), to_a.path()), (Path::Local, Path::Local));
    assert_eq!((to_b.remote_addr(), to_a.remote_addr()), (Some(addr(&b)), Some(addr(&a))));
    assert!(to_b.rtt().is_some_and(|rtt| rtt < Duration::from_secs(1)));

    let mut asking = to_b.open().await.expect("open");
    asking.send(b"question").await.expect("send");
    let (mut writer, reader) = asking.split();
    let sent = tokio::spawn(async move {
        writer.send(&[7; 300_000]).await.expect("send");
        writer.finish();
    });
    let mut answering = soon(to_a.accept()).await.expect("accept");
    assert_eq!(soon(answering.recv(8)).await.expect("recv").as_deref(), Some(&b"question"[..]));
    assert_eq!(soon(answering.recv(300_000)).await.expect("recv"), Some(vec![7; 300_000]));
    assert_eq!(soon(answering.recv(8)).await.expect("recv"), None);
    sent.await.expect("no panic");
    answering.send(b"").await.expect("send");
    let mut asking = reader;
    assert_eq!(soon(asking.recv(0)).await.expect("recv"), Some(vec![]));
}

#[tokio::test]
async fn only_the_two_ends_of_a_link_compute_its_binding() {
    let ((a, _), (b, mut at_b)) = (presence(3).await, presence(4).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Meet).await;
    let (again, _kept) = link(&a, &b, &mut at_b, Protocol::Meet).await;
    assert_eq!(to_b.binding(b"words"), to_a.binding(b"words"));
    assert_ne!(to_b.binding(b"words"), to_b.binding(b"other"));
    assert_ne!(to_b.binding(b"words"), again.binding(b"words"));
}

#[tokio::test]
async fn a_dial_says_why_it_failed() {
    let ((a, _), (b, _at_b)) = (presence(5).await, presence(6).await);
    let dial = |key: Key, addrs: Vec<_>| {
        let a = a.clone();
        async move { soon(a.dial(key, &addrs, Protocol::Session)).await.expect_err("nobody is there") }
    };
    assert_eq!(dial(nobody(), vec![]).await, DialError::NoAddress);
    assert_eq!(dial(nobody(), vec![addr(&b)]).await, DialError::WrongKey);
    assert_eq!(dial(a.key(), vec![addr(&a)]).await, DialError::Ourselves);
    let mute = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("bind");
    let other = SecretKey::from_bytes(&[0xED; 32]).public();
    assert_eq!(dial(other, vec![mute.local_addr().expect("bound")]).await, DialError::TimedOut);
    a.close().await;
    assert_eq!(dial(b.key(), vec![addr(&b)]).await, DialError::NetClosed);
}

#[tokio::test]
async fn whoever_else_answers_at_an_old_address_is_no_hindrance() {
    let ((a, _), (b, _at_b), (c, mut at_c)) = (presence(21).await, presence(22).await, presence(23).await);
    let mute = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("bind");
    let addrs = [addr(&b), mute.local_addr().expect("bound"), addr(&c)];
    let to_c = soon(a.dial(c.key(), &addrs, Protocol::Session)).await.expect("it is at one of them");
    assert_eq!(to_c.key(), c.key());
    soon(at_c.next()).await.expect("it was dialled");
}

struct OnlyMeet;

impl Gate for OnlyMeet {
    fn may_connect(&self, _key: &Key, protocol: Protocol) -> bool {
        protocol == Protocol::Meet
    }
}

#[tokio::test]
async fn the_gate_keeps_links_out() {
    let ((a, _), (b, mut at_b)) = (presence(7).await, presence(8).await);
    b.set_gate(Arc::new(OnlyMeet));
    let refused = soon(a.dial(b.key(), &[addr(&b)], Protocol::Session)).await.expect_err("the gate is shut");
    assert!(matches!(refused, DialError::Refused { code, .. } if code == u64::from(code::REFUSED)), "{refused}");
    let (_, met) = link(&a, &b, &mut at_b, Protocol::Meet).await;
    assert_eq!(met.protocol(), Protocol::Meet);
}

#[tokio::test]
async fn one_key_gets_so_many_links_and_no_more() {
    let ((a, _), (b, mut at_b)) = (presence(9).await, presence(10).await);
    let mut links = Vec::new();
    for _ in 0..MAX_LINKS_PER_KEY {
        links.push(link(&a, &b, &mut at_b, Protocol::Session).await);
    }
    let busy = soon(a.dial(b.key(), &[addr(&b)], Protocol::Session)).await.expect_err("no seat is left");
    assert!(matches!(busy, DialError::Refused { code, .. } if code == u64::from(code::BUSY)), "{busy}");
    let (dialled, accepted) = links.pop().expect("one of them");
    dialled.close(code::DONE, "room for another");
    soon(accepted.closed()).await;
    soon(async {
        while a.dial(b.key(), &[addr(&b)], Protocol::Session).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_frame_over_the_cap_ends_the_stream_and_not_the_link() {
    let ((a, _), (b, mut at_b)) = (presence(11).await, presence(12).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    let mut sending = to_b.open().await.expect("open");
    sending.send(&[1; 1000]).await.expect("send");
    sending.send(&[2; 1001]).await.expect("send");
    let mut receiving = soon(to_a.accept()).await.expect("accept");
    assert_eq!(soon(receiving.recv(1000)).await.expect("recv"), Some(vec![1; 1000]));
    let refused = soon(receiving.recv(1000)).await.expect_err("too long");
    assert!(matches!(refused, FrameError::TooLong { len: 1001, max: 1000 }), "{refused}");
    let given_up = soon(sending.writer.acknowledged()).await.expect_err("the reader stopped");
    assert!(matches!(given_up, FrameError::GivenUp { .. }), "{given_up}");
    let mut next = to_b.open().await.expect("the link lives");
    assert!(matches!(next.send(&vec![0; MAX_FRAME_BYTES + 1]).await, Err(FrameError::TooLong { .. })));
    next.send(b"on").await.expect("send");
    let mut other = soon(to_a.accept()).await.expect("accept");
    assert_eq!(soon(other.recv(2)).await.expect("recv").as_deref(), Some(&b"on"[..]));
}

#[tokio::test]
async fn a_dropped_recv_loses_nothing() {
    let ((a, _), (b, mut at_b)) = (presence(13).await, presence(14).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    let mut sending = to_b.open().await.expect("open");
    let sent = tokio::spawn(async move {
        for part in [&[0, 0][..], &[0, 5, b'h'], b"el", &[b'l', b'o', 0], &[0, 0, 3, b'e', b'n']] {
            sending.writer.write_all(part).await.expect("write");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    });
    let mut receiving = soon(to_a.accept()).await.expect("accept");
    let mut dropped = 0;
    let mut patiently = async || loop {
        match tokio::time::timeout(Duration::from_millis(5), receiving.recv(100)).await {
            Ok(received) => return received,
            Err(_) => dropped += 1,
        }
    };
    assert_eq!(soon(patiently()).await.expect("recv").as_deref(), Some(&b"hello"[..]));
    assert!(matches!(soon(patiently()).await, Err(FrameError::BrokenOff)));
    assert!(dropped > 5, "{dropped} calls were dropped");
    sent.await.expect("no panic");
}

#[tokio::test]
async fn a_close_is_heard_with_its_reason() {
    let ((a, _), (b, mut at_b)) = (presence(15).await, presence(16).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Join).await;
    to_a.close(code::FIRST_FREE + 1, "the invitation\u{7} is used up");
    let closed = soon(to_b.closed()).await;
    let reason = "the invitation is used up".to_owned();
    assert_eq!(closed, Closed::There { code: u64::from(code::FIRST_FREE) + 1, reason });
    assert_eq!(soon(to_a.closed()).await, Closed::Here);
    assert!(matches!(to_b.open().await, Err(FrameError::LinkGone)));
}

#[tokio::test]
async fn a_port_has_one_owner_and_is_free_after_it_closed() {
    let (first, _) = presence(17).await;
    let port = first.port();
    let again = || net::Config { port, ..config(18) };
    let taken = Net::start(again()).await.expect_err("the port is taken");
    assert!(matches!(taken, StartError::PortTaken { port: taken } if taken == port), "{taken}");
    first.close().await;
    let (second, _) = Net::start(again()).await.expect("the port is free");
    assert_eq!(second.port(), port);
}

#[tokio::test]
async fn a_stranger_who_says_nothing_is_let_go() {
    let ((a, _), (b, mut at_b)) = (presence(19).await, presence(20).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    drop(to_b);
    let closed = tokio::time::timeout(IDLE_TIMEOUT, to_a.closed()).await.expect("it says goodbye");
    assert!(matches!(closed, Closed::There { code: 0, .. }), "{closed}");
}
