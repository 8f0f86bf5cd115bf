//! What one has read.

use api::{
    Problem,
    chat::{MarkRead, Marked},
    event::Event,
};

use super::{Chat, ChatError, read::position};
use crate::spaces::ResolveError;

impl Chat {
    /// Marks a space's messages as read: up to and with one, or all there are.
    pub async fn mark_read(&self, space: &str, ask: MarkRead) -> Result<Marked, Problem> {
        let found = self.core.find_space(space)?;
        let space = found.ok_or_else(|| ResolveError::NoSpace(space.to_owned()))?.id();
        let upto = match &ask.upto {
            Some(id) => Some(self.read(|reader| position(reader, &space, id))?),
            None => None,
        };
        let left = self.core.store.write(move |tx| tx.read_chat(&space, upto)).await.map_err(ChatError::from)?;
        let (space, unread) = (space.to_string(), left.messages);
        self.core.events.tell(Event::Read { space: space.clone(), unread });
        Ok(Marked { space, unread })
    }
}
