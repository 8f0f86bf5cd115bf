//! Becoming contacts.

use proto::{id::PeerId, key::Ed25519, space::PersonProof};
use store::{
    Error,
    people::{Peer, Person},
};

use crate::Core;

/// A name is shown with at most so many characters.
const MAX_NAME_CHARS: usize = 64;

/// A name as it may be kept and shown: one line, no controls, no direction overrides, not endless, not empty.
pub fn presentable(name: &str) -> String {
    let overrides = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    let fine = |c: &char| !c.is_control() && !overrides.iter().any(|range| range.contains(c));
    let name: String = name.chars().filter(fine).take(MAX_NAME_CHARS).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { "nameless".to_owned() } else { name }
}

/// Makes the person that `proof` proves a contact, with their peer, and ends what was open between us.
pub async fn befriend(core: &Core, peer: PeerId, name: String, proof: Vec<u8>) -> Result<(), Error> {
    let Ok(proven) =
        minicbor::decode::<PersonProof>(&proof).map_err(|_| ()).and_then(|p| p.verify(&Ed25519).map_err(|_| ()))
    else {
        return Ok(());
    };
    let now = core.now();
    core.store
        .write(move |tx| {
            let known = tx.person(&proven.person)?;
            tx.put_person(&Person {
                id: proven.person,
                name,
                petname: known.as_ref().and_then(|known| known.petname.clone()),
                proof: Some(proof),
                blocked: known.is_some_and(|known| known.blocked),
                contact_since: Some(now),
                verified: Some(now),
            })?;
            let last_seen = tx.peer(&peer)?.and_then(|peer| peer.last_seen);
            tx.put_peer(&Peer { id: peer, person: proven.person, kem: Some(proven.kem), last_seen })?;
            tx.drop_request(&peer)?;
            Ok(())
        })
        .await?;
    core.sessions.wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_fit_to_show() {
        assert_eq!(presentable("  Anna \n Lee "), "Anna Lee");
        assert_eq!(presentable("\u{1b}[31mred\u{202e}"), "[31mred");
        assert_eq!(presentable("\u{7}"), "nameless");
        assert_eq!(presentable(&"x".repeat(1000)).chars().count(), MAX_NAME_CHARS);
    }
}
