//! The view of names.

use api::event::Event;
use proto::{about::About, id::PersonId, space::Role};
use store::{Error, Tx, people::Person, spaces::Name};

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
            Some(About::Space(name)) if op.role >= Role::Manager => {
                if tx.put_name(&op.space, None, &named(name.clone()))? {
                    tx.rename_space(&op.space, &name)?;
                    after.tell(|| Event::Space { space });
                }
            }
            Some(About::Me(name)) => {
                if tx.put_name(&op.space, Some(&op.author), &named(name.clone()))? {
                    call(tx, &op.author, &name, false)?;
                    after.tell(|| Event::Members { space });
                }
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

/// Notes what a person is called; over what was known only if `anew`.
pub(crate) fn call(tx: &mut Tx<'_>, person: &PersonId, name: &str, anew: bool) -> Result<bool, Error> {
    let known = tx.person(person)?;
    if known.as_ref().is_some_and(|known| known.name == name || !(known.name.is_empty() || anew)) {
        return Ok(false);
    }
    let unknown = || Person {
        id: *person,
        name: String::new(),
        petname: None,
        proof: None,
        blocked: false,
        contact_since: None,
        verified: None,
    };
    let known = Person { name: name.to_owned(), ..known.unwrap_or_else(unknown) };
    tx.put_person(&known)?;
    Ok(true)
}
