//! What people and spaces are called.

use proto::id::{PersonId, SpaceId};
use store::{Error, Reader};

use crate::shared::Core;

/// What a person is called, for use within reads and writes: what the user calls them, else their name in this space, else the one they
/// are known by, else the short id.
pub fn name_in(reader: &Reader<'_>, space: &SpaceId, person: &PersonId) -> Result<String, Error> {
    let known = reader.person(person)?;
    if let Some(petname) = known.as_ref().and_then(|known| known.petname.clone()) {
        return Ok(petname);
    }
    if let Some(name) = reader.name(space, Some(person))? {
        return Ok(name.name);
    }
    let known = known.map(|known| known.name).filter(|name| !name.is_empty());
    Ok(known.unwrap_or_else(|| person.short()))
}

/// What a space is called; the short id until somebody has said.
pub(super) fn space_name(core: &Core, space: SpaceId) -> String {
    let known = core.store.read(|reader| {
        let said = reader.name(&space, None)?.map(|name| name.name);
        Ok(said.or(reader.space(&space)?.map(|space| space.name)))
    });
    known.ok().flatten().filter(|name| !name.is_empty()).unwrap_or_else(|| space.short())
}
