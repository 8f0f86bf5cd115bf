//! Fetching what is attached to a message into a folder of this computer.

use std::path::PathBuf;

use api::{Problem, chat::GetAttached, files::Progress};
use proto::{
    chat::Attachment,
    files::{FilePath, Pack},
};
use tokio::sync::mpsc;

use super::{Chat, ChatError, attach::TAG};
use crate::files::{Content, bring::Wanted, writer::Marks};

impl Chat {
    /// Fetches a message's attachments, all or those of these names, as files are fetched: what stands in the folder
    /// already stays, dropping the receiver stops it, and the same again goes on where it was.
    pub async fn get_attached(&self, id: &str, ask: GetAttached) -> Result<mpsc::Receiver<Progress>, Problem> {
        let (message, space) = self.standing(id)?;
        if let Some(said) = &ask.space
            && self.core.find_space(said)?.is_none_or(|found| found.id() != space.id())
        {
            return Err(ChatError::NoMessage(id.to_owned()).into());
        }
        let attached = message.message.say.attachments;
        for name in &ask.names {
            if !attached.iter().any(|attachment| attachment.name == *name) {
                return Err(ChatError::NotAttached(name.clone()).into());
            }
        }
        let asked = |attachment: &Attachment| ask.names.is_empty() || ask.names.contains(&attachment.name);
        let wanted = attached.into_iter().filter(asked).map(wanted).collect::<Result<_, _>>()?;
        let to: PathBuf = ask.to.to_path_buf();
        Ok(self.files.get_wanted(space, TAG, wanted, to)?)
    }
}

impl Chat {
    /// Where a message was said, and the names of what is attached to it.
    pub(crate) fn names_attached(&self, id: &str) -> Result<(String, Vec<String>), ChatError> {
        let (message, space) = self.standing(id)?;
        let names = message.message.say.attachments.into_iter().map(|attachment| attachment.name);
        Ok((space.id().to_string(), names.collect()))
    }

    /// What is attached to a message, the n-th from 0.
    pub async fn attached(&self, id: &str, n: usize) -> Result<Content, Problem> {
        let (message, space) = self.standing(id)?;
        let attached = message.message.say.attachments.into_iter().nth(n);
        let attached = attached.ok_or_else(|| ChatError::NotAttached(n.to_string()))?;
        let Attachment { name, size, hash } = attached;
        let blob = (size > 0).then_some(Pack { hash, size });
        Ok(self.files.content_of(&space, (name, size, hash), blob, None).await?)
    }
}

/// As files are fetched: a blob of its own.
fn wanted(Attachment { name, size, hash }: Attachment) -> Result<Wanted, ChatError> {
    let path = FilePath::from_bytes(name.as_bytes()).map_err(|_| ChatError::NotAttached(name))?;
    let blob = (size > 0).then_some(Pack { hash, size });
    Ok(Wanted { path, hash, size, marks: Marks { executable: false, modified: None }, blob, offset: None })
}
