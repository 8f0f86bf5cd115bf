//! The view of names.

use api::event::Event;
use proto::{
    about::About,
    id::PersonId,
    space::{Person as Proven, Role},
};
use store::{
    Error, Tx,
    people::{Peer, Person},
    spaces::Name,
};

use crate::area::{After, Area, Counted};

/// Folds what people say about names.
pub(crate) struct Names;

impl Area for Names {
    fn area(&self) -> proto::log::Area {
        proto::log::Area::ABOUT
    }

    fn apply(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), Error> {
        let named = |name: String| Name { name, time: op.header.time, op: op.id };
        let space = op.space.to_string();
        match About::from_bytes(op.body) {
            Some(About::Space(name))
                if op.role >= Role::Manager && tx.put_name(&op.space, None, &named(name.clone()))? =>
            {
                tx.rename_space(&op.space, &name)?;
                after.tell(|| Event::Space { space });
            }
            Some(About::Me(name)) if tx.put_name(&op.space, Some(&op.author), &named(name.clone()))? => {
                // Somebody says a new name in all spaces, and they come in any order.
                let is_latest = tx.latest_name(&op.author)?.is_none_or(|latest| latest.op == op.id);
                call(tx, &op.author, &name, is_latest)?;
                after.tell(|| Event::Members { space });
            }
            _ => {}
        }
        Ok(())
    }

    fn withdraw(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), Error> {
        if tx.drop_name(&op.space, &op.id)? {
            after.tell(|| Event::Members { space: op.space.to_string() });
        }
        Ok(())
    }
}

/// Notes what a person is called; over what was known only if `anew`. Whether that was news.
pub(crate) fn call(tx: &mut Tx<'_>, person: &PersonId, name: &str, anew: bool) -> Result<bool, Error> {
    let mut known = known(tx, person)?;
    if known.name == name || !(known.name.is_empty() || anew) {
        return Ok(false);
    }
    known.name = name.to_owned();
    tx.put_person(&known)?;
    Ok(true)
}

/// Keeps what proves a person and their peer.
pub(crate) fn keep_proof(tx: &mut Tx<'_>, proven: &Proven, proof: &[u8]) -> Result<(), Error> {
    let mut person = known(tx, &proven.person)?;
    person.proof = Some(proof.to_owned());
    tx.put_person(&person)?;
    let last_seen = tx.peer(&proven.peer)?.and_then(|peer| peer.last_seen);
    tx.put_peer(&Peer { id: proven.peer, person: proven.person, kem: Some(proven.kem), last_seen })
}

fn known(tx: &Tx<'_>, person: &PersonId) -> Result<Person, Error> {
    let unknown = || Person {
        id: *person,
        name: String::new(),
        petname: None,
        proof: None,
        blocked: false,
        contact_since: None,
        verified: None,
    };
    Ok(tx.person(person)?.unwrap_or_else(unknown))
}
