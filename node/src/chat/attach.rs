//! Attachments: copied into the blob store, and durable there before the message that names them is written.
//!
//! What is attached is kept under a name of its own until no message names it any more.

use std::path::Path;

use api::{AnyPath, chat::Say};
use net::blobs::{Hash, ImportHow, Pin};
use proto::{
    chat::{Attachment, BodyError, MAX_ATTACHMENTS, MAX_NAME_BYTES},
    id::BlobHash,
};

use super::{Chat, ChatError};

/// Attachments' blobs are kept under this and their hash.
pub(super) const TAG: &str = "chat";

/// What stands for a character that no attachment's name may have.
const INSTEAD: char = '_';

/// Files in the blob store that are about to be attached, message by message: kept at least until this is dropped, and meanwhile nothing
/// is let go because no message names it.
#[derive(Default)]
pub(super) struct Attached<'c> {
    files: Vec<Vec<(Attachment, Pin)>>,
    _keep: Option<tokio::sync::MutexGuard<'c, ()>>,
}

impl Attached<'_> {
    /// As the message at this place names them.
    pub fn list(&self, at: usize) -> Vec<Attachment> {
        let files = self.files.get(at).map(Vec::as_slice).unwrap_or_default();
        files.iter().map(|(attachment, _)| attachment.clone()).collect()
    }
}

impl Chat {
    /// Copies the files of several messages into the blob store; durable when this returns.
    pub(super) async fn attach(&self, asks: &[Say]) -> Result<Attached<'_>, ChatError> {
        if asks.iter().any(|ask| ask.attach.len() > MAX_ATTACHMENTS) {
            return Err(BodyError::TooManyAttachments.into());
        }
        if asks.iter().all(|ask| ask.attach.is_empty()) {
            return Ok(Attached::default());
        }
        let _keep = Some(self.attaching.lock().await);
        let mut files = Vec::with_capacity(asks.len());
        for ask in asks {
            files.push(self.import_all(&ask.attach).await?);
        }
        self.core.blobs.sync().await?;
        Ok(Attached { files, _keep })
    }

    async fn import_all(&self, paths: &[AnyPath]) -> Result<Vec<(Attachment, Pin)>, ChatError> {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            files.push(self.import(&path.to_path_buf()).await?);
        }
        Ok(files)
    }

    /// Lets go of what no message names any more. What fails here costs room on the disk and nothing else.
    pub(super) async fn detach(&self, attachments: &[Attachment]) {
        if attachments.is_empty() {
            return;
        }
        let _keep = self.attaching.lock().await;
        for Attachment { hash, .. } in attachments {
            let named = self.core.store.read(|reader| reader.attached_in(hash));
            if named.is_ok_and(|spaces| spaces.is_empty())
                && let Err(error) = self.core.blobs.unprotect(&kept_as(hash)).await
            {
                tracing::debug!(%error, "an attachment that was taken back stays");
            }
        }
    }

    async fn import(&self, path: &Path) -> Result<(Attachment, Pin), ChatError> {
        let shown = || path.display().to_string();
        let name = path.file_name().filter(|_| path.is_absolute()).ok_or_else(|| ChatError::NotAFile(shown()))?;
        let name = named(&name.to_string_lossy());
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if crate::home::private::is_private(&real) {
            return Err(ChatError::Private(shown()));
        }
        let pin = self.core.blobs.import_file(path, ImportHow::Copy, |_, _| {}).await;
        let pin = pin.map_err(|error| ChatError::Attach(shown(), error))?;
        let hash = BlobHash(pin.hash.0);
        self.core.blobs.protect(&kept_as(&hash), pin.hash).await?;
        Ok((Attachment { name, size: pin.size, hash }, pin))
    }
}

fn kept_as(hash: &BlobHash) -> String {
    format!("{TAG}/{}", Hash(hash.0))
}

/// A file's name as a message may carry it.
fn named(name: &str) -> String {
    let mut named = String::new();
    for c in name.chars().map(|c| if c == '\\' || c == '/' || c.is_control() { INSTEAD } else { c }) {
        if named.len() + c.len_utf8() > MAX_NAME_BYTES {
            break;
        }
        named.push(c);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_message_may_carry() {
        assert_eq!(named("report.pdf"), "report.pdf");
        assert_eq!(named("a\\b\nc"), "a_b_c");
        assert_eq!(named(&"é".repeat(200)), "é".repeat(127));
    }
}
