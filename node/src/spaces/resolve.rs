//! Which space or person somebody means.

use std::{collections::BTreeMap, sync::Arc};

use api::{Code, Problem};
use proto::id::{PersonId, SpaceId};

use super::{
    direct,
    handle::{AppendError, Space},
};
use crate::shared::Core;

/// Of several that a text can mean at most so many are named.
const MAX_CHOICES: usize = 8;

/// Beginnings of ids shorter than that mean nothing: they would fit by chance.
pub(crate) const MIN_PREFIX_LETTERS: usize = 4;

/// Why it is not clear what is meant.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// No such space.
    #[error("there is no space {0:?}")]
    NoSpace(String),
    /// No such person.
    #[error("there is nobody called {0:?}")]
    Nobody(String),
    /// Several fit: name and short id of each.
    #[error("{text:?} can mean several")]
    Ambiguous {
        /// What was asked for.
        text: String,
        /// What it can mean.
        choices: Vec<String>,
    },
    /// Oneself cannot be written to.
    #[error("{0:?} is yourself")]
    Oneself(String),
    /// Nothing proves who that is: there was never a session with them.
    #[error("{0:?} has not been met yet")]
    NeverMet(String),
    /// A direct space cannot be made.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl ResolveError {
    /// For people.
    pub fn problem(&self) -> Problem {
        let problem = |code| Problem::new(code, self.to_string());
        match self {
            Self::NoSpace(_) => problem(Code::NotFound).hint("`peer spaces` lists them"),
            Self::Nobody(_) => problem(Code::NotFound).hint("`peer people` lists them"),
            Self::Ambiguous { choices, .. } => {
                problem(Code::Ambiguous).why(choices.join(", ")).hint("say the beginning of its id instead")
            }
            Self::Oneself(_) => problem(Code::Usage),
            Self::NeverMet(_) => problem(Code::Unreachable)
                .why("this peer and theirs have never spoken, so it does not know their keys")
                .hint("try again when both are online"),
            Self::Append(error) => error.problem(),
        }
    }
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        error.problem()
    }
}

impl Core {
    /// The space that people mean by `text`: its name, `@NAME` for the direct space with a person (made if there is none), its id
    /// or the beginning of it.
    pub async fn resolve_space(self: &Arc<Self>, text: &str) -> Result<Space, ResolveError> {
        match self.find_space(text)? {
            Some(space) => Ok(space),
            None => direct::with(self, self.resolve_person(text)?).await,
        }
    }

    /// Like [`Core::resolve_space`], but makes nothing: nothing for a person with whom there is no direct space yet. For reading.
    pub fn find_space(self: &Arc<Self>, text: &str) -> Result<Option<Space>, ResolveError> {
        if text.starts_with('@') {
            let held = direct::held_with(self, self.resolve_person(text)?);
            return Ok(held.map(|held| Space::new(self.clone(), held)));
        }
        self.named_space(text).map(Some)
    }

    fn named_space(self: &Arc<Self>, text: &str) -> Result<Space, ResolveError> {
        let spaces = self.spaces();
        let listed: Vec<&Space> = spaces.iter().filter(|space| space.is_listed()).collect();
        let named = |space: &&&Space| same_name(&space.name(), text);
        let fitting = |space: &&&Space| id_fits(&space.id().to_string(), text);
        let exact = spaces.iter().filter(|space| space.id().to_string() == text.to_lowercase());
        let mut found: BTreeMap<SpaceId, &Space> = exact.map(|space| (space.id(), space)).collect();
        if found.is_empty() {
            found = listed.iter().filter(named).map(|space| (space.id(), *space)).collect();
        }
        if found.is_empty() {
            found = listed.iter().filter(fitting).map(|space| (space.id(), *space)).collect();
        }
        let choices = || found.values().map(|space| format!("{} ({})", space.name(), space.id().short())).collect();
        match found.len() {
            0 => Err(ResolveError::NoSpace(text.to_owned())),
            1 => Ok((*found.first_key_value().expect("one").1).clone()),
            _ => Err(ambiguous(text, choices())),
        }
    }

    /// The person that people mean by `text`: a name, with or without `@`, an id or the beginning of it.
    pub fn resolve_person(&self, text: &str) -> Result<PersonId, ResolveError> {
        let text = text.strip_prefix('@').unwrap_or(text);
        let people = self.known_people().map_err(AppendError::from)?;
        let mut found: BTreeMap<PersonId, &String> =
            people.iter().filter(|(_, name)| same_name(name, text)).map(|(id, name)| (*id, name)).collect();
        if found.is_empty() {
            found = people.iter().filter(|(id, _)| id_fits(&id.to_string(), text)).map(|(id, n)| (*id, n)).collect();
        }
        match found.len() {
            0 => Err(ResolveError::Nobody(text.to_owned())),
            1 => Ok(*found.first_key_value().expect("one").0),
            _ => Err(ambiguous(text, found.iter().map(|(id, name)| format!("{name} ({})", id.short())).collect())),
        }
    }

    /// Everybody one could mean, with what they are called.
    fn known_people(&self) -> Result<BTreeMap<PersonId, String>, store::Error> {
        let mut people = BTreeMap::new();
        for known in self.store.read(|reader| reader.people())? {
            people.insert(known.id, known.petname.unwrap_or(known.name));
        }
        for held in self.all_held() {
            let members: Vec<PersonId> =
                held.lock().replica.membership().map(|m| m.members.keys().copied().collect()).unwrap_or_default();
            for person in members {
                people.entry(person).or_insert_with(|| self.name_of(Some(held.id), person));
            }
        }
        people.insert(self.me.person, self.own_name());
        Ok(people)
    }
}

fn ambiguous(text: &str, mut choices: Vec<String>) -> ResolveError {
    choices.truncate(MAX_CHOICES);
    ResolveError::Ambiguous { text: text.to_owned(), choices }
}

fn same_name(name: &str, text: &str) -> bool {
    !text.is_empty() && name.to_lowercase() == text.to_lowercase()
}

/// Whether `text` begins this id; the dashes of short ids do not matter.
fn id_fits(id: &str, text: &str) -> bool {
    let text: String = text.chars().filter(|letter| *letter != '-').flat_map(char::to_lowercase).collect();
    text.len() >= MIN_PREFIX_LETTERS && id.starts_with(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fit_by_their_beginning() {
        let id = PersonId([7; 32]);
        assert!(id_fits(&id.to_string(), &id.short()));
        assert!(id_fits(&id.to_string(), &id.to_string().to_uppercase()[..4]));
        assert!(!id_fits(&id.to_string(), &id.to_string()[..3]));
        assert!(!id_fits(&id.to_string(), "zzzz"));
    }
}
