use std::{net::SocketAddr, time::Duration};

use net::{
    Net,
    greeting::{
        GreetError, Greeting, MAX_CALLERS, MAX_GREETING_BYTES, MAX_HEAD_BYTES, MAX_REQUESTS_PER_ADDRESS,
        REQUEST_TIMEOUT, greet,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::Instant,
};

use crate::{addr, presence, soon};

#[tokio::test]
async fn who_is_asked_says_who_it_is() {
    let ((a, _), (b, _)) = (presence(30).await, presence(31).await);
    let expected = |name: &str| Greeting { key: b.key(), name: name.into(), port: b.port() };
    assert_eq!(soon(a.greet(addr(&b))).await.expect("it is there"), expected("peer 31"));
    b.set_name("Mira");
    assert_eq!(soon(greet(addr(&b))).await.expect("it is there"), expected("Mira"));
}

#[tokio::test]
async fn nothing_else_is_answered() {
    let (net, _) = presence(32).await;
    assert!(ask(&net, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.starts_with("HTTP/1.1 404"));
    assert!(ask(&net, "GET /greeting/ HTTP/1.1\r\nHost: x\r\n\r\n").await.starts_with("HTTP/1.1 404"));
    assert!(
        ask(&net, "POST /greeting HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").await.starts_with("HTTP/1.1 405")
    );
    assert!(ask(&net, "no HTTP at all\r\n\r\n").await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn a_head_without_end_is_cut_off() {
    let (net, _) = presence(33).await;
    let long = format!("GET /greeting HTTP/1.1\r\nHost: x\r\nLong: {}", "x".repeat(2 * MAX_HEAD_BYTES));
    assert!(ask(&net, &long).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn callers_who_take_their_time_do_not_keep_others_out() {
    let (net, _) = presence(34).await;
    let mut idle = Vec::new();
    for _ in 0..MAX_CALLERS {
        let mut caller = TcpStream::connect(addr(&net)).await.expect("connect");
        caller.write_all(b"GET /gree").await.expect("write");
        idle.push(caller);
    }
    let began = Instant::now();
    assert!(ask(&net, "GET /greeting HTTP/1.1\r\nHost: x\r\n\r\n").await.starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() < REQUEST_TIMEOUT + Duration::from_secs(5));
    let mut rest = Vec::new();
    soon(idle[0].read_to_end(&mut rest)).await.expect("the slow caller was cut off");
}

#[tokio::test]
async fn one_address_cannot_ask_for_ever() {
    let (net, _) = presence(35).await;
    for _ in 0..MAX_REQUESTS_PER_ADDRESS {
        soon(greet(addr(&net))).await.expect("within the limit");
    }
    assert!(matches!(soon(greet(addr(&net))).await, Err(GreetError::TooOften { .. })));
}

#[tokio::test]
async fn what_is_no_peer_is_said_to_be_none() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("bind").local_addr().expect("bound");
    assert!(matches!(soon(greet(nobody)).await, Err(GreetError::Unreachable { .. })));
    let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
        "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{}", "x".repeat(MAX_GREETING_BYTES + 1)),
        format!("HTTP/1.1 200 OK\r\nLong: {}\r\n\r\n", "x".repeat(2 * MAX_HEAD_BYTES)),
        String::new(),
    ];
    for answer in answers {
        let error = soon(greet(answering(answer.clone()).await)).await.expect_err("that is no peer");
        assert!(matches!(error, GreetError::NoPeer { .. } | GreetError::Parse { .. }), "{answer:.40}: {error}");
    }
}

/// A server that answers every caller with these bytes.
async fn answering(bytes: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let addr = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            let mut head = [0; 1024];
            let _ = caller.read(&mut head).await;
            let _ = caller.write_all(bytes.as_bytes()).await;
        }
    });
    addr
}

/// Sends these bytes to the greeting's port and returns what comes until it closes.
async fn ask(net: &Net, bytes: &str) -> String {
    let mut caller = TcpStream::connect(addr(net)).await.expect("connect");
    let _ = caller.write_all(bytes.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = soon(caller.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}
