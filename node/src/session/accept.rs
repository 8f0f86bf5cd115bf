//! How a session begins: both say who they are, each checks the other.

use std::sync::Arc;

use net::{Key, Link, Protocol, Reader, Stream};
use proto::{
    id::PeerId,
    key::Ed25519,
    session::{Close, Features, Frame, Hello, MAX_FRAME_BYTES, VERSION},
    space::PersonProof,
};
use store::people::{Address, Peer, Person};
use tokio::time::timeout;

use super::{HELLO_WITHIN, Partner, registry::close, run};
use crate::{people, shared::Core};

/// Whether a peer may have a session: a contact's or a member's, of somebody not blocked. Others may if their proof leads on
/// from one that may, so that the gate lets every key say hello, within its limits.
pub(crate) fn is_known(core: &Core, key: &Key) -> bool {
    let peer = PeerId(key.0);
    let (contact, blocked) = core
        .store
        .read(|reader| {
            let person = reader.peer(&peer)?.map(|peer| reader.person(&peer.person)).transpose()?.flatten();
            Ok((person.as_ref().is_some_and(|p| p.contact_since.is_some()), person.is_some_and(|p| p.blocked)))
        })
        .unwrap_or((false, true));
    let host = || core.sessions.state().dials.is_host(&peer);
    !blocked && (contact || host() || core.all_held().iter().any(|held| held.lock().replica.knows_peer(&peer)))
}

/// Takes a link that somebody dialled for a session; returns when the session is over.
pub(crate) async fn accept(core: Arc<Core>, link: Link) {
    match timeout(HELLO_WITHIN, link.accept()).await {
        Ok(Ok(stream)) => _ = begin(core, link, stream).await,
        _ => close(&link, Close::Fault),
    }
}

/// Dials a peer for a session; returns when the session is over, and whether there was one.
pub(super) async fn dial(core: Arc<Core>, peer: PeerId) -> Result<bool, net::DialError> {
    let addresses = people::addresses_of(&core, &peer);
    let link = core.net.dial(Key(peer.0), &addresses, Protocol::Session).await?;
    match link.open().await {
        Ok(stream) => Ok(begin(core, link, stream).await),
        Err(_) => Ok(false),
    }
}

/// Greets, and runs the session; whether there was one.
async fn begin(core: Arc<Core>, link: Link, mut stream: Stream) -> bool {
    let greeted = timeout(HELLO_WITHIN, greet(&core, &link, &mut stream)).await.unwrap_or(Err(Close::Fault));
    let entered = greeted.and_then(|(partner, hello)| {
        let place = core.sessions.enter(core.me.peer, partner, &link)?;
        Ok((partner, hello, place))
    });
    match entered {
        Err(why) => {
            close(&link, why);
            false
        }
        Ok((partner, hello, place)) => {
            note(&core, &link, partner, &hello).await;
            run::run(core, link, stream, partner, place).await;
            true
        }
    }
}

/// Says our hello and takes theirs.
async fn greet(core: &Core, link: &Link, stream: &mut Stream) -> Result<(Partner, Hello), Close> {
    let ours = Hello {
        versions: vec![VERSION],
        proof: minicbor::to_vec(&core.me.proof).unwrap_or_default(),
        name: core.own_name(),
        clock: core.now(),
        features: Features::default(),
    };
    stream.send(&Frame::Hello(ours).to_bytes()).await.map_err(|_| Close::Fault)?;
    let hello = first(&mut stream.reader).await?;
    hello.agree().map_err(|_| Close::Version)?;
    let proof: PersonProof = minicbor::decode(&hello.proof).map_err(|_| Close::Proof)?;
    let person = proof.verify(&Ed25519).map_err(|_| Close::Proof)?;
    if person.peer.0 != link.key().0 {
        return Err(Close::Proof);
    }
    let former: Vec<PeerId> = proof.former().collect();
    let known = |peer: &PeerId| is_known(core, &Key(peer.0));
    if !known(&person.peer) && !former.iter().any(known) {
        return Err(Close::Unwanted);
    }
    let blocked = core.store.read(|reader| reader.person(&person.person));
    if blocked.ok().flatten().is_some_and(|person| person.blocked) {
        return Err(Close::Unwanted);
    }
    core.sessions.vouched().insert(person.peer, former);
    Ok((Partner { peer: person.peer, person: person.person }, hello))
}

async fn first(reader: &mut Reader) -> Result<Hello, Close> {
    let bytes = reader.recv(MAX_FRAME_BYTES).await.ok().flatten().ok_or(Close::Fault)?;
    match Frame::from_bytes(&bytes) {
        Ok(Some(Frame::Hello(hello))) => Ok(hello),
        _ => Err(Close::Fault),
    }
}

/// Keeps what a hello teaches: who acts for whom, the name, where it was found, what its clock says.
async fn note(core: &Core, link: &Link, partner: Partner, hello: &Hello) {
    core.sessions.state().skews.heard(partner.person, hello.clock, core.now());
    let Ok(proof) = minicbor::decode::<PersonProof>(&hello.proof) else { return };
    let Ok(person) = proof.verify(&Ed25519) else { return };
    let (now, name) = (core.now(), people::presentable(&hello.name));
    let dialled = link.is_dialled();
    let address = link.remote_addr().filter(|_| dialled).map(|address| address.to_string());
    let proof = hello.proof.clone();
    let kept = core.store.write(move |tx| {
        crate::spaces::about::call(tx, &person.person, &name, true)?;
        if let Some(known) = tx.person(&person.person)? {
            tx.put_person(&Person { proof: Some(proof), ..known })?;
        }
        tx.put_peer(&Peer { id: person.peer, person: person.person, kem: Some(person.kem), last_seen: Some(now) })?;
        match address {
            Some(address) => tx.put_address(&person.peer, &Address { address, source: people::SESSION, seen: now }),
            None => Ok(()),
        }
    });
    if let Err(error) = kept.await {
        tracing::warn!(%error, "what a hello says could not be kept");
    }
}
