//! That one is writing.

use api::Problem;
use proto::log::Area;

use super::Chat;
use crate::spaces::AppendError;

impl Chat {
    /// Tells the members of a space who are there that one is writing. Nobody is told of it later.
    pub async fn typing(&self, space: &str) -> Result<(), Problem> {
        // A person to whom nothing was ever said learns of it with the first message.
        let Some(space) = self.core.find_space(space)? else { return Ok(()) };
        if !space.may_write(Area::CHAT) {
            return Err(AppendError::NotAllowed.into());
        }
        self.core.sessions.say_typing(&self.core, space.id());
        Ok(())
    }
}
