//! Saying something.

use api::{
    Problem,
    chat::{Said, Say as Ask},
};
use proto::{
    chat::{Body, Say, mentions},
    id::{OpId, PersonId, SpaceId},
    log::Op,
};

use super::{Chat, ChatError, LOG, attach::Attached, find::find};
use crate::{clock::rfc3339_exact, error::internal, spaces::Space};

impl Chat {
    /// Writes a message into a space, or to a person (`@NAME`): durable when this returns.
    pub async fn say(&self, space: &str, ask: Ask) -> Result<Said, Problem> {
        let said = self.say_many(space, vec![ask]).await?.pop();
        said.ok_or_else(|| internal(&"a message was written and is not there"))
    }

    /// Writes several messages at one time, in their order: all or none.
    pub async fn say_many(&self, space: &str, asks: Vec<Ask>) -> Result<Vec<Said>, Problem> {
        let space = self.core.resolve_space(space).await?;
        let attached = self.attach(&asks).await?;
        let bodies = self.composed(&space, asks, &attached)?;
        let ops = space.append_all(LOG, bodies).await?;
        let id = space.id().to_string();
        let said = |op: &Op| Said { id: op.id.to_string(), space: id.clone(), time: rfc3339_exact(op.header.time) };
        Ok(ops.iter().map(said).collect())
    }

    fn composed(&self, space: &Space, asks: Vec<Ask>, attached: &Attached<'_>) -> Result<Vec<Vec<u8>>, ChatError> {
        let mut bodies = Vec::with_capacity(asks.len());
        for (at, ask) in asks.into_iter().enumerate() {
            let reply_to = ask.reply_to.as_deref().map(|id| self.answered(space.id(), id)).transpose()?;
            let mentions = self.mentioned(space, &ask.text);
            let say = Say { text: ask.text, reply_to, attachments: attached.list(at), mentions };
            bodies.push(Body::Say(say).to_bytes()?);
        }
        Ok(bodies)
    }

    /// Checks a body and writes it.
    pub(super) async fn write(&self, space: &Space, body: &Body) -> Result<(), ChatError> {
        space.append(LOG, body.to_bytes()?).await?;
        Ok(())
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
