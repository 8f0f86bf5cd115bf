//! What is held of each log of a space: enough to start from, without reading the ops.

use proto::{
    id::{OpId, SpaceId},
    log::{LogKey, Ranges},
    time::Time,
};

use super::place::{SEQ_BITS, log_in, seq_of};
use crate::{Error, Reader, column::time_in};

/// What is held of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLog {
    /// Which log.
    pub log: LogKey,
    /// The places held; never none.
    pub places: Ranges,
    /// The op at the highest of them.
    pub head: Head,
}

/// The op at the highest place that is held of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place.
    pub seq: u64,
    /// Its id.
    pub id: OpId,
    /// Its moment.
    pub time: Time,
}

impl Reader<'_> {
    /// All logs of a space of which an op is held, ordered by [`LogKey`].
    pub fn logs(&self, space: &SpaceId) -> Result<Vec<HeldLog>, Error> {
        let sql = format!(
            "SELECT first, last, id, time, peer, area, instance FROM logs
             CROSS JOIN spans ON first BETWEEN log << {SEQ_BITS} AND (log + 1 << {SEQ_BITS}) - 1
             CROSS JOIN ops ON op = last
             WHERE space = ?1 ORDER BY first"
        );
        let spans = self.all(&sql, [space.0], |row| {
            let (first, last) = (seq_of(row.get(0)?), seq_of(row.get(1)?));
            let head = Head { seq: last, id: OpId(row.get(2)?), time: time_in(row, 3)? };
            Ok(HeldLog { log: log_in(row, 4)?, places: Ranges::of(first, last), head })
        })?;
        Ok(together(spans))
    }
}

/// Joins the spans of each log, which come in ascending order.
fn together(spans: Vec<HeldLog>) -> Vec<HeldLog> {
    let mut logs: Vec<HeldLog> = Vec::new();
    for span in spans {
        match logs.last_mut() {
            Some(log) if log.log == span.log => {
                log.places.extend(&span.places);
                log.head = span.head;
            }
            _ => logs.push(span),
        }
    }
    logs.sort_by_key(|log| log.log);
    logs
}
