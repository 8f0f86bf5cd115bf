//! The space between two persons: made on first use, by whoever uses it first.

use std::sync::Arc;

use proto::{
    id::PersonId,
    key::Ed25519,
    space::{NewSpace, PersonProof},
};

use super::{
    enter,
    handle::{AppendError, Space},
    held::Held,
    resolve::ResolveError,
    twin,
};
use crate::shared::Core;

/// The direct space with a person, made if there is none. Both sides may make one at the same time: both then use the one with the lower id.
pub(crate) async fn with(core: &Arc<Core>, person: PersonId) -> Result<Space, ResolveError> {
    if person == core.me.person {
        return Err(ResolveError::Oneself(core.own_name()));
    }
    // One at a time, so that two first messages do not make two spaces.
    let _entering = core.entering.lock().await;
    let held = match held_with(core, person) {
        Some(held) => held,
        None => make(core, person).await?,
    };
    Ok(Space::new(core.clone(), held))
}

/// The direct space with a person: the lowest of those held.
pub(super) fn held_with(core: &Core, person: PersonId) -> Option<Arc<Held>> {
    twin::with(core, person).into_iter().next()
}

async fn make(core: &Arc<Core>, person: PersonId) -> Result<Arc<Held>, ResolveError> {
    let known = core.store.read(|reader| reader.person(&person)).map_err(AppendError::from)?;
    let proof = known.and_then(|known| known.proof).and_then(|bytes| minicbor::decode::<PersonProof>(&bytes).ok());
    let proof = proof.filter(|proof| proof.verify(&Ed25519).is_ok_and(|proven| proven.person == person));
    let proof = proof.ok_or_else(|| ResolveError::NeverMet(core.name_of(None, person)))?;
    Ok(enter::create(core, NewSpace::direct(core.me.proof.clone(), proof)).await?)
}
