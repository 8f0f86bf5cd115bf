use std::{fs, net::SocketAddr, path::Path};

use api::{
    Code, Problem,
    files::Done,
    send::{NewSend, Offer, Receive},
};
use net::{Protocol, blobs::Blobs};
use node::Node;
use proto::{
    id::PeerId,
    send::{self, Answer, Exchange, Outcome, Refusal, Request, Which},
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::{
    tree::{assert_same, bytes, contents, finished, plant, stopped_after},
    world::{Body, node},
};

async fn offer(node: &Node, path: &Path, uses: Option<u32>) -> Offer {
    node.sends().send(NewSend { paths: vec![path.into()], uses, copy: false }).await.unwrap()
}

fn code(code: &str, to: &Path) -> Receive {
    Receive { code: code.into(), to: to.into(), background: false }
}

async fn receive(node: &Node, link: &str, to: &Path) -> Result<Done, Problem> {
    finished(node.sends().receive(code(link, to)).await?).await.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_by_link_arrives_equal_and_once() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("top");
    plant(&source);
    let (ann, ben) = (node("Ann", 1).await, node("Ben", 2).await);
    let made = offer(&ann, &source, None).await;
    assert_eq!((made.names.as_slice(), made.uses, made.received), (&["top".to_string()][..], 1, 0));
    assert_eq!(made.code.split('-').count(), send::CODE_WORDS);
    assert_eq!(ann.sends().list().await.unwrap(), std::slice::from_ref(&made));
    let done = receive(&ben, &made.link, &dir.path().join("to")).await.unwrap();
    assert_eq!((done.files, done.bytes), (made.files, made.bytes));
    assert_same(&dir.path().join("to/top"), &source);
    assert!(ann.sends().list().await.unwrap().is_empty(), "it may be received once");
    let again = receive(&ben, &made.link, &dir.path().join("again")).await;
    assert_eq!(again.unwrap_err().code, Code::Refused);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_outlives_a_restart_and_serves_as_many_as_it_says() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), bytes(1, 200_000)).unwrap();
    let body = Body::on("Ann", 1, store::Store::open(dir.path().join("db")).unwrap());
    let open = async || Blobs::open(&dir.path().join("blobs")).await.unwrap().blobs;
    let blobs = open().await;
    let ann = body.start_with(blobs.clone()).await;
    let made = offer(&ann, &dir.path().join("file"), Some(2)).await;
    ann.core().net.close().await;
    blobs.close().await;
    drop((ann, blobs));

    let ann = body.start_with(open().await).await;
    let link = ann.sends().list().await.unwrap()[0].link.clone();
    assert_ne!(link, made.link, "its addresses are new");
    for seed in 2..4 {
        let receiver = node("Ben", seed).await;
        let to = dir.path().join(seed.to_string());
        receive(&receiver, &link, &to).await.unwrap();
        assert_eq!(fs::read(to.join("file")).unwrap(), bytes(1, 200_000));
        receiver.stop().await;
    }
    let third = node("Cem", 4).await;
    assert_eq!(receive(&third, &link, dir.path()).await.unwrap_err().code, Code::Refused);
    ann.stop().await;
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_stopped_goes_on_where_it_was() {
    const SIZE: usize = 48 << 20;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("large"), bytes(1, SIZE)).unwrap();
    let ann = Body::new("Ann", 1).start_with(Blobs::open(&dir.path().join("a")).await.unwrap().blobs).await;
    let ben = Body::new("Ben", 2).start_with(Blobs::open(&dir.path().join("b")).await.unwrap().blobs).await;
    let made = offer(&ann, &dir.path().join("large"), None).await;
    let to = dir.path().join("to");
    stopped_after(ben.sends().receive(code(&made.link, &to)).await.unwrap(), SIZE as u64 / 4).await;
    assert!(!to.join("large").exists(), "no half a file under its name");
    let done = receive(&ben, &made.link, &to).await.unwrap();
    let rest = done.fetched_bytes;
    assert!(rest > 0 && rest < SIZE as u64 * 4 / 5, "{rest} of {SIZE} came again");
    assert!(fs::read(to.join("large")).unwrap() == bytes(1, SIZE));
    assert_eq!(contents(&to).len(), 1);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_changed_is_not_sent_as_what_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let ann = Body::new("Ann", 1).start_with(Blobs::open(&dir.path().join("a")).await.unwrap().blobs).await;
    let ben = node("Ben", 2).await;
    fs::write(dir.path().join("file"), bytes(1, 400_000)).unwrap();
    let made = offer(&ann, &dir.path().join("file"), None).await;
    fs::write(dir.path().join("file"), bytes(2, 400_000)).unwrap();
    let to = dir.path().join("to");
    assert!(receive(&ben, &made.link, &to).await.is_err());
    assert!(contents(&to).values().all(Option::is_none), "nothing stands there");
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn a_cancelled_offer_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let (ann, ben) = (node("Ann", 1).await, node("Ben", 2).await);
    let made = offer(&ann, &dir.path().join("file"), None).await;
    assert_eq!(ann.sends().cancel("nonsense").await.unwrap_err().code, Code::NotFound);
    let short = proto::id::OfferId::short(&made.id.parse().unwrap());
    ann.sends().cancel(&short).await.unwrap();
    assert!(ann.sends().list().await.unwrap().is_empty());
    assert_eq!(receive(&ben, &made.link, dir.path()).await.unwrap_err().code, Code::Refused);
    ann.stop().await;
    ben.stop().await;
}

#[tokio::test]
async fn nonsense_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let ann = node("Ann", 1).await;
    for code_ in ["", "one-two", "zzz-zzz-zzz-zzz", "peer://send/AAAA", "http://example.org"] {
        assert_eq!(ann.sends().receive(code(code_, dir.path())).await.unwrap_err().code, Code::Usage, "{code_:?}");
    }
    let none = NewSend { paths: vec![dir.path().join("none").into()], uses: None, copy: false };
    assert_eq!(ann.sends().send(none).await.unwrap_err().code, Code::File);
    assert_eq!(
        ann.sends().send(NewSend { paths: vec![], uses: None, copy: false }).await.unwrap_err().code,
        Code::Usage
    );
    let zero = NewSend { paths: vec![dir.path().into()], uses: Some(0), copy: false };
    assert_eq!(ann.sends().send(zero).await.unwrap_err().code, Code::Usage);
    ann.stop().await;
}

/// Somebody who tries words by hand.
struct Stranger {
    net: net::Net,
    _incoming: net::Incoming,
    sender: (net::Key, Vec<SocketAddr>),
}

impl Stranger {
    async fn new(sender: &Node) -> Self {
        let secret = net::SecretKey::from_bytes(&[77; 32]);
        let config = net::Config {
            secret,
            port: 0,
            bind: net::Bind::loopback(),
            discovery: false,
            name: "Eve".into(),
            transport: net::Transport::Real,
        };
        let (net, incoming) = net::Net::start(config).await.unwrap();
        let at = &sender.core().net;
        Self { net, _incoming: incoming, sender: (at.key(), at.addresses()) }
    }

    async fn begin(&self, code: &send::Code) -> Result<(net::Stream, send::Keys), Refusal> {
        let (key, addrs) = &self.sender;
        let link = self.net.dial(*key, addrs, Protocol::Send).await.unwrap();
        let mut stream = link.open().await.unwrap();
        let (me, sender) = (PeerId(self.net.key().0), PeerId(key.0));
        let (exchange, pake) = Exchange::ask(&code.secret, me, sender, &mut ChaCha20Rng::from_seed([5; 32]));
        stream.send(&Request::Redeem { which: Which::Plate(code.plate), pake }.to_bytes()).await.unwrap();
        match Answer::from_bytes(&stream.recv(1000).await.unwrap().unwrap()).unwrap() {
            Answer::Pake(theirs) => Ok((stream, exchange.finish(&theirs).unwrap())),
            Answer::Refused(refusal) => Err(refusal),
        }
    }

    async fn end(&self, (mut stream, keys): (net::Stream, send::Keys)) -> Result<send::What, Refusal> {
        stream.send(&keys.receiver().to_bytes()).await.unwrap();
        match Outcome::from_bytes(&stream.recv(1000).await.unwrap().unwrap()).unwrap() {
            Outcome::Granted { confirmation, what, .. } => {
                assert!(confirmation.is(&keys.sender()));
                Ok(what)
            }
            Outcome::Refused(refusal) => Err(refusal),
        }
    }

    async fn try_words(&self, code: &send::Code) -> Result<send::What, Refusal> {
        self.end(self.begin(code).await?).await
    }
}

fn wrong(code: &send::Code) -> send::Code {
    let [a, b, c] = code.secret;
    send::Code { plate: code.plate, secret: [a ^ 1, b, c] }
}

#[tokio::test]
async fn right_words_are_granted_and_wrong_plates_cost_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let ann = node("Ann", 1).await;
    let made = offer(&ann, &dir.path().join("file"), None).await;
    let words: send::Code = made.code.parse().unwrap();
    let stranger = Stranger::new(&ann).await;
    for step in 1..6 {
        let other = send::Code { plate: words.plate.wrapping_add(step), ..words };
        assert_eq!(stranger.try_words(&other).await, Err(Refusal::Unknown));
    }
    assert_eq!(stranger.try_words(&words).await.unwrap().files, 1);
    ann.stop().await;
}

#[tokio::test]
async fn three_wrong_tries_kill_the_words_also_when_made_at_once() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let ann = node("Ann", 1).await;
    let made = offer(&ann, &dir.path().join("file"), None).await;
    let words: send::Code = made.code.parse().unwrap();
    let stranger = Stranger::new(&ann).await;
    let mut begun = Vec::new();
    for _ in 0..3 {
        begun.push(stranger.begin(&wrong(&words)).await.unwrap());
    }
    let right = stranger.begin(&words).await.unwrap();
    let mut answers = Vec::new();
    for try_ in begun {
        answers.push(stranger.end(try_).await.unwrap_err());
    }
    assert_eq!(answers, [Refusal::Wrong, Refusal::Wrong, Refusal::Dead]);
    assert_eq!(stranger.end(right).await, Err(Refusal::Dead), "begun in time, ended too late");
    assert_eq!(stranger.try_words(&words).await, Err(Refusal::Dead));
    let ben = node("Ben", 2).await;
    receive(&ben, &made.link, &dir.path().join("to")).await.unwrap();
    ann.stop().await;
    ben.stop().await;
}
