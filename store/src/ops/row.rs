//! One op as a row: what the log's own row does not say, and back.

use minicbor::{Decode, Encode};
use proto::{
    id::{EpochId, OpId, SpaceId},
    key::Signature,
    log::{Header, LogKey, Op},
    time::Time,
};
use rusqlite::Row;

use super::place::{log_in, seq_of};
use crate::Error;

/// What a header says beyond its space, its log and its place in it.
#[derive(Encode, Decode)]
struct Rest {
    #[n(0)]
    version: u8,
    #[n(1)]
    previous: Option<OpId>,
    #[n(2)]
    after: Vec<OpId>,
    #[n(3)]
    auth: Vec<OpId>,
    #[n(4)]
    epoch: Option<EpochId>,
    #[n(5)]
    time: Time,
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    body_hash: [u8; 32],
    #[n(7)]
    body_len: u32,
}

/// The bytes of column `rest`. The header is taken apart by name so that a new field cannot be forgotten here.
pub(super) fn rest_of(header: &Header) -> Vec<u8> {
    let Header { version, space: _, peer: _, log: _, seq: _, previous, after, auth, epoch, time, body_hash, body_len } =
        header.clone();
    let rest = Rest { version, previous, after, auth, epoch, time, body_hash, body_len };
    minicbor::to_vec(rest).expect("writing to memory cannot fail")
}

/// The columns that [`op_in`] and [`any_op_in`] read, in their order, of `ops` joined with `logs`.
pub(super) const COLUMNS: &str = "ops.op, ops.id, ops.rest, ops.signature, ops.body,
    logs.space, logs.peer, logs.area, logs.instance";

/// The op in a row of [`COLUMNS`], and its space.
pub(super) fn any_op_in(row: &Row<'_>) -> Result<(SpaceId, Op), Error> {
    let space = SpaceId(row.get(5)?);
    Ok((space, op_in(row, space, log_in(row, 6)?)?))
}

/// The op in a row of [`COLUMNS`] whose log is known, so that the columns about it may be left out.
pub(super) fn op_in(row: &Row<'_>, space: SpaceId, log: LogKey) -> Result<Op, Error> {
    let id = OpId(row.get(1)?);
    let rest: Rest = minicbor::decode(blob(row, 2)?).map_err(|error| Error::Damaged(format!("{id}: {error}")))?;
    // The op that creates a space cannot name it.
    let space = if space.0 == id.0 { SpaceId::UNBORN } else { space };
    let header = Header {
        version: rest.version,
        space,
        peer: log.peer,
        log: log.log,
        seq: seq_of(row.get(0)?),
        previous: rest.previous,
        after: rest.after,
        auth: rest.auth,
        epoch: rest.epoch,
        time: rest.time,
        body_hash: rest.body_hash,
        body_len: rest.body_len,
    };
    let signature = row.get::<_, Option<[u8; 64]>>(3)?.map(Signature);
    Ok(Op { id, header, signature, body: row.get(4)? })
}

/// About how many bytes the op in this row takes on the wire, never fewer.
pub(super) fn wire_bytes(row: &Row<'_>) -> Result<usize, Error> {
    let body = row.get_ref(4)?.as_bytes_or_null().map_err(rusqlite::Error::from)?.map_or(0, <[u8]>::len);
    Ok(blob(row, 2)?.len() + body + NOT_IN_REST)
}

/// What space, peer, log, place and the framing take at most.
pub(super) const NOT_IN_REST: usize = 160;

fn blob<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r [u8], Error> {
    Ok(row.get_ref(column)?.as_blob().map_err(rusqlite::Error::from)?)
}
