//! The fold: from ops that count to the tables, and what is told of it.

use std::sync::Arc;

use api::event::Event;
use proto::{
    chat::Body,
    id::{OpId, SpaceId},
    log::{Area as LogArea, LogKey},
};
use store::{
    Reader, Tx,
    chat::{ChatOp, Touched},
};

use super::{LOG, tell::Teller};
use crate::area::{After, Area, Counted, Delivery};

/// A report that one's log has arrived is told of the latest message in it; behind it may stand so many ops that are
/// no messages before one gives up looking.
const MAX_LOOK_BACK: u64 = 64;

/// The fold of chat ops.
pub fn area() -> Arc<dyn Area> {
    Arc::new(Fold)
}

struct Fold;

impl Area for Fold {
    fn area(&self) -> LogArea {
        LogArea::CHAT
    }

    fn apply(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error> {
        let Some(body) = opened(op) else { return Ok(()) };
        match tx.apply_chat(&chat_op(op, &body))? {
            Some(touched) => tell(tx, op, touched, after),
            None => Ok(()),
        }
    }

    fn withdraw(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error> {
        let Some(body) = opened(op) else { return Ok(()) };
        match tx.withdraw_chat(&chat_op(op, &body))? {
            // A message that is gone altogether cannot be shown any more: listeners look at the space anew.
            Some(touched) if touched.id == op.id => after.tell(|| Event::Space { space: op.space.to_string() }),
            Some(touched) => tell(tx, op, touched, after)?,
            None => {}
        }
        Ok(())
    }

    fn delivered(&self, tx: &mut Tx<'_>, report: &Delivery, after: &mut After) -> Result<(), store::Error> {
        if let Some(message) = latest_message(tx, report)? {
            after.tell(|| Event::Delivered {
                space: report.space.to_string(),
                message: message.to_string(),
                to: report.to.to_string(),
            });
        }
        Ok(())
    }
}

/// What an op says; nothing if it makes no sense or stands in a log that is not chat's.
fn opened(op: &Counted<'_>) -> Option<Body> {
    if op.header.log != LOG {
        return None;
    }
    Body::from_bytes(op.body)
        .inspect_err(|error| tracing::trace!(op = %op.id, %error, "a chat op makes no sense and is passed over"))
        .ok()
}

fn chat_op<'a>(op: &'a Counted<'_>, body: &'a Body) -> ChatOp<'a> {
    ChatOp { space: &op.space, time: op.header.time, id: op.id, by: op.author, me: op.me, body }
}

fn tell(reader: &Reader<'_>, op: &Counted<'_>, touched: Touched, after: &mut After) -> Result<(), store::Error> {
    after.try_tell(|| {
        let message = Teller::new(reader, op.me).message(&touched.id)?;
        Ok(match message {
            Some(message) => Event::Message { message: Box::new(message), new: touched.new },
            None => Event::Space { space: op.space.to_string() },
        })
    })
}

/// The latest message among what a report says has arrived.
fn latest_message(reader: &Reader<'_>, report: &Delivery) -> Result<Option<OpId>, store::Error> {
    let log = LogKey { peer: report.author, log: LOG };
    let from = report.before.max(report.upto.saturating_sub(MAX_LOOK_BACK));
    for seq in (from + 1..=report.upto).rev() {
        if let Some(message) = message_at(reader, &report.space, &log, seq)? {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

fn message_at(reader: &Reader<'_>, space: &SpaceId, log: &LogKey, seq: u64) -> Result<Option<OpId>, store::Error> {
    let Some(op) = reader.op_at(space, log, seq)? else { return Ok(None) };
    Ok(reader.chat_message(&op.id)?.map(|message| message.message.id))
}
