//! Changing what was said.

use api::{
    Problem,
    chat::{Edit as AskEdit, Message, React as AskReact},
};
use proto::{
    chat::{Body, BodyError, Edit, React, Reaction, Unsay},
    id::OpId,
};
use store::chat::ChatMessage;

use super::{Chat, ChatError, find::find, tell::Teller};
use crate::spaces::Space;

impl Chat {
    /// Gives a message of one's own another text.
    pub async fn edit(&self, id: &str, ask: AskEdit) -> Result<Message, Problem> {
        let (message, space) = self.own(id)?;
        if ask.text.trim().is_empty() && message.message.say.attachments.is_empty() {
            return Err(ChatError::from(BodyError::Empty).into());
        }
        let target = message.message.id;
        if ask.text != message.message.standing.text {
            let mentions = self.mentioned(&space, &ask.text);
            self.write(&space, &Body::Edit(Edit { target, text: ask.text, mentions })).await?;
        }
        Ok(self.told(&target)?)
    }

    /// Takes a message of one's own back, for good: its stub stays.
    pub async fn unsay(&self, id: &str) -> Result<Message, Problem> {
        let (message, space) = self.own(id)?;
        let target = message.message.id;
        self.write(&space, &Body::Unsay(Unsay { target })).await?;
        self.detach(&message.message.say.attachments).await;
        Ok(self.told(&target)?)
    }

    /// Gives a message a reaction, or takes it back. What is so already is left so.
    pub async fn react(&self, id: &str, ask: AskReact) -> Result<Message, Problem> {
        let (message, space) = self.standing(id)?;
        let target = message.message.id;
        let given = |reaction: &Reaction| reaction.emoji == ask.emoji && reaction.by.contains(&self.core.me());
        if message.message.standing.reactions.iter().any(given) != ask.on {
            self.write(&space, &Body::React(React { target, emoji: ask.emoji, on: ask.on })).await?;
        }
        Ok(self.told(&target)?)
    }

    /// A message that was not taken back, and its space.
    pub(super) fn standing(&self, id: &str) -> Result<(ChatMessage, Space), ChatError> {
        let message = self.read(|reader| find(reader, id))?;
        if message.message.standing.withdrawn {
            return Err(ChatError::Withdrawn);
        }
        let space = self.core.space(message.space).ok_or_else(|| ChatError::NoMessage(id.to_owned()))?;
        Ok((message, space))
    }

    fn own(&self, id: &str) -> Result<(ChatMessage, Space), ChatError> {
        let (message, space) = self.standing(id)?;
        if message.mine { Ok((message, space)) } else { Err(ChatError::NotYours) }
    }

    fn told(&self, id: &OpId) -> Result<Message, ChatError> {
        let told = self.read(|reader| Ok(Teller::new(reader, self.core.me()).message(id)?))?;
        told.ok_or_else(|| ChatError::NoMessage(id.to_string()))
    }
}
