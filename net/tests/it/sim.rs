use std::time::Duration;

use net::{
    Closed, Config, DialError, IDLE_TIMEOUT, Incoming, KEEP_ALIVE, Net, Path, Protocol, Transport,
    greeting::GreetError,
    sim::{self, Network, Weather},
};
use tokio::time::Instant;

use crate::{config, link, soon};

async fn join(network: &Network, number: u8) -> (Net, Incoming, sim::Transport) {
    let place = network.join();
    let transport = Transport::Sim(place.clone());
    let (net, incoming) = Net::start(Config { transport, ..config(number) }).await.expect("the place is free");
    (net, incoming, place)
}

#[tokio::test]
async fn two_presences_talk_across_bad_weather() {
    let weather = Weather { delay: Duration::from_millis(5), jitter: Duration::from_millis(5), loss_ppm: 20_000 };
    let network = Network::new(7, weather);
    let ((a, ..), (b, mut at_b, place)) = (join(&network, 1).await, join(&network, 2).await);
    assert_eq!(b.addresses(), vec![place.addr()]);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    assert_eq!((to_b.path(), to_b.remote_addr()), (Path::Direct, Some(place.addr())));
    assert!(to_b.rtt().is_some_and(|rtt| rtt >= 2 * weather.delay));
    let mut sending = to_b.open().await.expect("open");
    sending.send(&[5; 200_000]).await.expect("send");
    let mut receiving = soon(to_a.accept()).await.expect("accept");
    assert_eq!(soon(receiving.recv(200_000)).await.expect("recv"), Some(vec![5; 200_000]));
    let (sent, dropped) = network.packets();
    assert!(sent > 200 && dropped > 0, "{sent} sent, {dropped} dropped");
}

#[tokio::test]
async fn a_killed_peer_is_noticed() {
    let network = Network::new(1, Weather::LAN);
    let ((a, ..), (b, mut at_b, place)) = (join(&network, 3).await, join(&network, 4).await);
    let (to_b, _to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    network.kill(place.addr());
    let began = Instant::now();
    assert_eq!(soon(to_b.closed()).await, Closed::Silent);
    assert!(began.elapsed() < IDLE_TIMEOUT + KEEP_ALIVE + Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(matches!(soon(a.greet(place.addr())).await, Err(GreetError::TimedOut { .. })));
    network.revive(place.addr());
    link(&a, &b, &mut at_b, Protocol::Session).await;
}

#[tokio::test]
async fn a_short_cut_is_survived_and_a_partition_keeps_apart() {
    let network = Network::new(2, Weather::LAN);
    let ((a, _, place_a), (b, mut at_b, place_b)) = (join(&network, 5).await, join(&network, 6).await);
    let (to_b, to_a) = link(&a, &b, &mut at_b, Protocol::Session).await;
    network.cut(place_a.addr(), place_b.addr());
    let mut sending = to_b.open().await.expect("open");
    sending.send(b"through").await.expect("send");
    tokio::time::sleep(Duration::from_secs(2)).await;
    network.heal(place_a.addr(), place_b.addr());
    let mut receiving = soon(to_a.accept()).await.expect("accept");
    assert_eq!(soon(receiving.recv(7)).await.expect("recv").as_deref(), Some(&b"through"[..]));
    network.partition(&[place_a.addr()]);
    assert_eq!(soon(a.dial(b.key(), &[place_b.addr()], Protocol::Join)).await.err(), Some(DialError::TimedOut));
    network.heal_all();
    link(&a, &b, &mut at_b, Protocol::Join).await;
}

#[tokio::test]
async fn presences_that_show_themselves_see_each_other() {
    let network = Network::new(3, Weather::LAN);
    let ((a, ..), (b, mut at_b, place_b)) = (join(&network, 7).await, join(&network, 8).await);
    let mut near = a.watch_nearby();
    assert!(a.nearby().is_empty());
    assert_eq!(soon(a.dial(b.key(), &[], Protocol::Meet)).await.err(), Some(DialError::NoAddress));
    a.set_discovery(true);
    b.set_discovery(true);
    let seen = soon(near.wait_for(|near| !near.is_empty())).await.expect("a lives").clone();
    assert_eq!((seen[0].key, seen[0].name.as_str(), &seen[0].addrs[..]), (b.key(), "peer 8", &[place_b.addr()][..]));
    soon(a.dial(b.key(), &[], Protocol::Meet)).await.expect("its address was heard");
    soon(at_b.next()).await.expect("it was dialled");
    b.set_name("Ada");
    soon(near.wait_for(|near| near.iter().any(|near| near.name == "Ada"))).await.expect("a lives");
    assert_eq!(soon(a.greet(place_b.addr())).await.expect("it is there").name, "Ada");
    b.set_discovery(false);
    soon(near.wait_for(Vec::is_empty)).await.expect("a lives");
    b.close().await;
    assert!(matches!(soon(a.greet(place_b.addr())).await, Err(GreetError::Unreachable { .. })));
}

#[tokio::test]
async fn a_place_serves_the_next_presence_after_a_restart() {
    let network = Network::new(4, Weather::LAN);
    let ((a, ..), (b, _, place)) = (join(&network, 9).await, join(&network, 10).await);
    b.close().await;
    let transport = Transport::Sim(place);
    let (again, mut at_again) = Net::start(Config { transport, ..config(10) }).await.expect("the place is free");
    link(&a, &again, &mut at_again, Protocol::Session).await;
}

/// A dial whose first packets are lost sends them again.
#[tokio::test]
async fn a_dial_outlives_the_loss_of_its_first_packets() {
    for lost_ms in [50, 400, 1500] {
        let network = Network::new(8, Weather::WAN);
        let ((a, _, place_a), (b, mut at_b, place_b)) = (join(&network, 7).await, join(&network, 8).await);
        network.cut(place_a.addr(), place_b.addr());
        let began = Instant::now();
        let heal = async {
            tokio::time::sleep(Duration::from_millis(lost_ms)).await;
            network.heal(place_a.addr(), place_b.addr());
        };
        let (_links, ()) = tokio::join!(link(&a, &b, &mut at_b, Protocol::Session), heal);
        println!("{lost_ms} ms: {:?}", began.elapsed());
    }
}
