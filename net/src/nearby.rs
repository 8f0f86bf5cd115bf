//! Who is on the local network: heard by multicast DNS, on every interface, with or without a default route.
//!
//! A peer says its key, its name and its addresses, nothing else, and only while discovery is on. What is heard is a claim
//! by whoever is on the network: dialling proves the key, nothing proves the name.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use netwatch::interfaces::State;
use swarm_discovery::{Discoverer, DropGuard, Peer};
use tokio::{runtime::Handle, sync::watch, time::Instant};

use crate::{Key, addresses::tellable};

/// The most peers that are kept of those heard; more are not listened to until others have gone.
pub const MAX_NEARBY: usize = 256;

/// The longest name that is said or heard, in bytes; longer ones are cut.
pub const MAX_NAME_BYTES: usize = 64;

/// The service's name in multicast DNS: `KEY._peerage._udp.local`.
const SERVICE: &str = "peerage";

/// The key of the text record that holds the name.
const NAME_KEY: &str = "name";

/// The interval between questions just after a start or a change of the network, so that people who look find each other at once.
const EAGER: Duration = Duration::from_millis(700);

/// How long the eager time lasts.
const EAGER_FOR: Duration = Duration::from_secs(10);

/// The interval between questions for the rest of the time: a few packets a minute on the network in all.
const CALM: Duration = Duration::from_secs(15);

/// A peer not heard for this long is gone: three calm questions without an answer.
const GONE_AFTER: Duration = Duration::from_secs(50);

/// How often the list is looked through for those who have gone.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// A peer on the local network, as it describes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearby {
    /// Its key.
    pub key: Key,
    /// Its name; empty if it says none.
    pub name: String,
    /// Where it listens.
    pub addrs: Vec<SocketAddr>,
}

/// What a peer says of itself on the local network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) on: bool,
    pub(crate) name: String,
}

/// Those heard.
pub(crate) struct Heard {
    own: Key,
    peers: Mutex<BTreeMap<Key, (Nearby, Instant)>>,
    list: watch::Sender<Vec<Nearby>>,
}

/// A name fit to be shown: no control characters, at most [`MAX_NAME_BYTES`].
pub(crate) fn tidy_name(name: &str) -> String {
    let mut tidy: String = name.trim().chars().filter(|c| !c.is_control()).collect();
    while tidy.len() > MAX_NAME_BYTES {
        tidy.pop();
    }
    tidy
}

impl Heard {
    pub(crate) fn new(own: Key) -> (Arc<Self>, watch::Receiver<Vec<Nearby>>) {
        let (list, changes) = watch::channel(Vec::new());
        (Arc::new(Self { own, peers: Mutex::default(), list }), changes)
    }

    /// The addresses at which `key` was heard.
    pub(crate) fn addrs(&self, key: &Key) -> Vec<SocketAddr> {
        self.list.borrow().iter().find(|near| near.key == *key).map(|near| near.addrs.clone()).unwrap_or_default()
    }

    /// Notes that a peer was heard.
    pub(crate) fn note(&self, near: Nearby) {
        let mut peers = self.peers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let known = peers.contains_key(&near.key);
        if near.key == self.own || near.addrs.is_empty() || (!known && peers.len() >= MAX_NEARBY) {
            return;
        }
        peers.insert(near.key, (near, Instant::now()));
        self.publish(&peers);
    }

    /// Hears exactly these, and ourselves not.
    #[cfg(feature = "sim")]
    pub(crate) fn replace(&self, all: &[Nearby]) {
        let mut peers = self.peers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let others = all.iter().filter(|near| near.key != self.own).take(MAX_NEARBY);
        *peers = others.map(|near| (near.key, (near.clone(), Instant::now()))).collect();
        self.publish(&peers);
    }

    /// Forgets those who fell silent.
    fn sweep(&self) {
        let mut peers = self.peers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        peers.retain(|_, (_, heard)| heard.elapsed() < GONE_AFTER);
        self.publish(&peers);
    }

    /// Forgets everybody.
    fn clear(&self) {
        let mut peers = self.peers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        peers.clear();
        self.publish(&peers);
    }

    fn publish(&self, peers: &BTreeMap<Key, (Nearby, Instant)>) {
        let now: Vec<Nearby> = peers.values().map(|(near, _)| near.clone()).collect();
        self.list.send_if_modified(|before| std::mem::replace(before, now.clone()) != now);
    }
}

/// What the discovery depends on; a change of any restarts it.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) notice: watch::Receiver<Notice>,
    pub(crate) addresses: watch::Receiver<Vec<SocketAddr>>,
    pub(crate) interfaces: watch::Receiver<Option<State>>,
    /// Listen and speak on these addresses only; on all if empty.
    pub(crate) only: Vec<IpAddr>,
}

/// Speaks and listens on the local network until the surroundings are gone.
pub(crate) async fn run(heard: Arc<Heard>, mut around: Surroundings) {
    loop {
        let _eager = speak(&heard, &mut around, EAGER);
        let changed = tokio::select! {
            changed = around.changed() => changed,
            () = listen(&heard, EAGER_FOR) => {
                drop(_eager);
                let _calm = speak(&heard, &mut around, CALM);
                tokio::select! {
                    changed = around.changed() => changed,
                    () = listen(&heard, Duration::MAX) => true,
                }
            }
        };
        if !changed {
            return;
        }
        if !around.notice.borrow().on {
            heard.clear();
        }
    }
}

/// Drops the silent from the list, for as long as said.
async fn listen(heard: &Heard, long: Duration) {
    let sweeping = async {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            heard.sweep();
        }
    };
    let _ = tokio::time::timeout(long, sweeping).await;
}

impl Surroundings {
    /// Waits for a change; false when there will be none.
    async fn changed(&mut self) -> bool {
        tokio::select! {
            changed = self.notice.changed() => changed.is_ok(),
            changed = self.addresses.changed() => changed.is_ok(),
            changed = self.interfaces.changed() => changed.is_ok(),
        }
    }

    /// The IPv4 addresses of the interfaces to speak on.
    fn interfaces(&mut self) -> Vec<Ipv4Addr> {
        let state = self.interfaces.borrow_and_update();
        let up = state.iter().flat_map(|state| state.interfaces.values()).filter(|interface| interface.is_up());
        let all = up.flat_map(|interface| interface.addrs()).map(|net| net.addr());
        let wanted = all.filter(|ip| self.only.is_empty() || self.only.contains(ip));
        wanted.filter_map(|ip| if let IpAddr::V4(ip) = ip { Some(ip) } else { None }).collect()
    }
}

/// Starts to speak and listen, asking at this interval, until the guard is dropped. `None` when discovery is off or impossible.
fn speak(heard: &Arc<Heard>, around: &mut Surroundings, every: Duration) -> Option<DropGuard> {
    let notice = around.notice.borrow_and_update().clone();
    let addrs = around.addresses.borrow_and_update().clone();
    let interfaces = around.interfaces();
    if !notice.on {
        return None;
    }
    let heard = heard.clone();
    let own = heard.own;
    let mut discoverer = Discoverer::new(SERVICE.into(), label(&own))
        .with_cadence(every)
        .with_response_rate(2.5)
        .with_multicast_interfaces_v4(interfaces)
        .with_callback(move |label, peer| heard.hear(label, peer));
    for addr in addrs {
        discoverer = discoverer.with_addrs(addr.port(), [addr.ip()]);
    }
    let text = [(NAME_KEY.to_owned(), Some(notice.name))];
    let spoken = discoverer.with_txt_attributes(text).ok()?.spawn(&Handle::current());
    spoken.inspect_err(|error| tracing::warn!(%error, "the local network cannot be listened to")).ok()
}

impl Heard {
    fn hear(&self, text: &str, peer: &Peer) {
        let Some(key) = parse_label(text) else { return };
        let name = peer.txt_attribute(NAME_KEY).flatten().map(tidy_name).unwrap_or_default();
        let addrs = tellable(peer.addrs().iter().map(|(ip, port)| SocketAddr::new(*ip, *port)));
        self.note(Nearby { key, name, addrs });
    }
}

/// A key as a DNS label, which is limited to 63 letters.
fn label(key: &Key) -> String {
    data_encoding::BASE32_NOPAD.encode(&key.0).to_ascii_lowercase()
}

fn parse_label(label: &str) -> Option<Key> {
    let bytes = data_encoding::BASE32_NOPAD.decode(label.to_ascii_uppercase().as_bytes()).ok()?;
    Some(Key(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(i: usize) -> Nearby {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&(i as u64).to_le_bytes());
        Nearby { key: Key(key), name: String::new(), addrs: vec![([10, 0, 0, 1], 4919).into()] }
    }

    #[test]
    fn labels_are_read_back() {
        let key = Key([0xA7; 32]);
        assert_eq!(parse_label(&label(&key)), Some(key));
        assert!(label(&key).len() <= 63);
        assert_eq!(parse_label("not a key"), None);
    }

    #[test]
    fn names_are_cut_between_letters_and_hold_no_control_characters() {
        assert_eq!(tidy_name(" Mi\u{7}ra\n"), "Mira");
        let long = tidy_name(&"ü".repeat(100));
        assert_eq!(long, "ü".repeat(MAX_NAME_BYTES / 2));
    }

    #[tokio::test(start_paused = true)]
    async fn the_list_is_bounded_and_forgets_the_silent() {
        let (heard, list) = Heard::new(Key([0xFF; 32]));
        (0..MAX_NEARBY + 10).for_each(|i| heard.note(near(i)));
        assert_eq!(list.borrow().len(), MAX_NEARBY);
        tokio::time::advance(GONE_AFTER / 2).await;
        heard.note(near(3));
        tokio::time::advance(GONE_AFTER / 2).await;
        heard.sweep();
        assert_eq!(*list.borrow(), vec![near(3)]);
    }

    #[test]
    fn a_peer_does_not_hear_itself() {
        let (heard, list) = Heard::new(near(1).key);
        heard.note(near(1));
        assert!(list.borrow().is_empty());
    }
}
