//! What people and spaces are called.

use proto::id::{PersonId, SpaceId};
use store::{Error, Reader};

/// What a person is called, for use within reads and writes: their name in this space, else the one they are known by, else
/// the short id.
pub fn name_in(reader: &Reader<'_>, space: &SpaceId, person: &PersonId) -> Result<String, Error> {
    if let Some(known) = reader.names(space)?.into_iter().find(|(whose, _)| whose.as_ref() == Some(person)) {
        return Ok(known.1.name);
    }
    let known = reader.person(person)?.map(|known| known.name).filter(|name| !name.is_empty());
    Ok(known.unwrap_or_else(|| person.short()))
}
