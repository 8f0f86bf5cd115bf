//! Folding the ops of files into the view.

use std::sync::Arc;

use api::event::Event;
use proto::{files::Body, log::Area as LogArea};
use store::Tx;

use crate::area::{After, Area, Counted};

/// The fold of files.
pub fn area() -> Arc<dyn Area> {
    Arc::new(Fold)
}

struct Fold;

impl Area for Fold {
    fn area(&self) -> LogArea {
        LogArea::FILES
    }

    fn apply(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error> {
        let Some(body) = read(op) else { return Ok(()) };
        tx.put_files(&op.space, (&op.id, &op.author, op.header.time), &body)?;
        after.tell(|| Event::Files { space: op.space.to_string() });
        Ok(())
    }

    fn withdraw(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error> {
        let Some(body) = read(op) else { return Ok(()) };
        tx.drop_files(&op.space, &op.id, &body)?;
        after.tell(|| Event::Files { space: op.space.to_string() });
        Ok(())
    }
}

/// A body that makes no sense is skipped.
fn read(op: &Counted<'_>) -> Option<Body> {
    Body::from_bytes(op.body)
        .inspect_err(|error| tracing::debug!(op = ?op.id, %error, "an entry of files is skipped"))
        .ok()
}
