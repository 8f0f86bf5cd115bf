//! Wanting nothing of somebody, and changing one's mind.

use api::{Code, Problem, event::Event, people as api_people};
use proto::id::PersonId;
use store::people::Person;

use super::People;
use crate::{error::store_problem, spaces::ResolveError};

/// Why nobody was blocked or unblocked.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// Who is meant?
    #[error(transparent)]
    Who(#[from] ResolveError),
    /// It is oneself.
    #[error("one cannot block oneself")]
    Oneself,
    /// It could not be kept.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<BlockError> for Problem {
    fn from(error: BlockError) -> Self {
        match error {
            BlockError::Who(error) => error.into(),
            BlockError::Oneself => Problem::new(Code::Usage, error.to_string()),
            BlockError::Store(error) => store_problem(&error),
        }
    }
}

impl People {
    /// Blocks whoever is meant by `who`, or no longer: durable when this returns, their sessions closed.
    pub async fn block(&self, who: &str, blocked: bool) -> Result<api_people::Person, BlockError> {
        let id = self.core.resolve_person(who)?;
        if id == self.core.me() {
            return Err(BlockError::Oneself);
        }
        let name = self.core.name_of(None, id);
        self.core
            .store
            .write(move |tx| {
                let known = tx.person(&id)?.unwrap_or_else(|| stranger(id, name));
                tx.put_person(&Person { blocked, ..known })
            })
            .await?;
        if blocked {
            self.core.sessions.close_person(id);
        } else {
            self.core.sessions.wake();
        }
        self.core.events.tell(Event::Person { person: id.to_string(), online: false });
        Ok(self.describe(id)?)
    }
}

fn stranger(id: PersonId, name: String) -> Person {
    Person { id, name, petname: None, proof: None, blocked: false, contact_since: None, verified: None }
}
