//! Saying something.

use api::{
    Problem,
    chat::{Said, Say as Ask},
};
use proto::{
    chat::{Body, Say, mentions},
    id::{OpId, PersonId, SpaceId},
};

use super::{Chat, ChatError, LOG, find::find};
use crate::{clock::rfc3339, spaces::Space};

impl Chat {
    /// Writes a message into a space, or to a person (`@NAME`): durable when this returns.
    pub async fn say(&self, space: &str, ask: Ask) -> Result<Said, Problem> {
        let space = self.core.resolve_space(space).await?;
        let reply_to = ask.reply_to.as_deref().map(|id| self.answered(space.id(), id)).transpose()?;
        let attached = self.attach(&ask.attach).await?;
        let mentions = self.mentioned(&space, &ask.text);
        let say = Say { text: ask.text, reply_to, attachments: attached.list(), mentions };
        let op = self.write(&space, &Body::Say(say)).await?;
        Ok(Said { id: op.id.to_string(), space: space.id().to_string(), time: rfc3339(op.header.time) })
    }

    /// Checks a body and writes it.
    pub(super) async fn write(&self, space: &Space, body: &Body) -> Result<proto::log::Op, ChatError> {
        Ok(space.append(LOG, body.to_bytes()?).await?)
    }

    /// The members of a space whom a text mentions.
    pub(super) fn mentioned(&self, space: &Space, text: &str) -> Vec<PersonId> {
        if !text.contains('@') {
            return Vec::new();
        }
        let name = |person| (person, self.core.name_of(Some(space.id()), person));
        let names: Vec<(PersonId, String)> = space.members().iter().map(|member| name(member.person)).collect();
        mentions(text, names.iter().map(|(person, name)| (*person, name.as_str())))
    }

    /// The message of the space that is answered.
    fn answered(&self, space: SpaceId, id: &str) -> Result<OpId, ChatError> {
        let answered = self.read(|reader| find(reader, id))?;
        if answered.space == space { Ok(answered.message.id) } else { Err(ChatError::NoMessage(id.to_owned())) }
    }
}
