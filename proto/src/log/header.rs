//! What every op says about itself: the part that is signed and hashed.

use minicbor::{Decode, Encode};

use crate::{
    id::{EpochId, OpId, PeerId, SpaceId},
    time::Time,
};

/// The highest place in a log: a thousand ops a second for 34 years. (Stores keep log and place in 63 bits.)
pub const MAX_SEQ: u64 = (1 << 40) - 1;

/// The latest moment of an op: the year 292,277. (Stores keep it in 63 bits.)
pub const MAX_TIME: Time = Time(i64::MAX.cast_unsigned());

/// The version of headers we write, and the only one we read.
pub const VERSION: u8 = 1;

/// At most so many sibling heads are named in `after`.
pub const MAX_AFTER: usize = 8;

/// At most so many auth heads are named in `auth`; a writer that sees more names the latest.
pub const MAX_AUTH_HEADS: usize = 16;

/// A header is at most so many bytes long.
pub const MAX_HEADER_BYTES: usize = 2048;

/// A body, sealed or not, is at most so many bytes long.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// What a log is about. Unknown areas are kept and served, not interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Area(#[n(0)] pub u8);

impl Area {
    /// Members, invitations, epochs: signed, never sealed, never without body.
    pub const AUTH: Area = Area(0);
    /// Names: of the space and of its members.
    pub const ABOUT: Area = Area(1);
    /// Messages.
    pub const CHAT: Area = Area(2);
    /// File entries.
    pub const FILES: Area = Area(3);
}

/// One log's place within a peer's logs of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct LogId {
    /// What it is about.
    #[n(0)]
    pub area: Area,
    /// Which one, where an area has several (a document, an app): the op that began it.
    #[n(1)]
    pub instance: Option<OpId>,
}

impl LogId {
    /// The only log of an area that has one.
    pub const fn of(area: Area) -> Self {
        Self { area, instance: None }
    }
}

/// One peer's log within a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct LogKey {
    /// Who writes it.
    #[n(0)]
    pub peer: PeerId,
    /// What it is about.
    #[n(1)]
    pub log: LogId,
}

/// The header of an op.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Header {
    /// [`VERSION`].
    #[n(0)]
    pub version: u8,
    /// The space; [`SpaceId::UNBORN`] in the op that creates it.
    #[n(1)]
    pub space: SpaceId,
    /// Who signs.
    #[n(2)]
    pub peer: PeerId,
    /// Which of the signer's logs.
    #[n(3)]
    pub log: LogId,
    /// The place in that log, from 1.
    #[n(4)]
    pub seq: u64,
    /// The op with the place before, absent at 1.
    #[n(5)]
    pub previous: Option<OpId>,
    /// The heads of this log's siblings (same [`LogId`], other peers) that the author had seen: at most [`MAX_AFTER`].
    #[n(6)]
    pub after: Vec<OpId>,
    /// The auth heads it was written under: at most [`MAX_AUTH_HEADS`]. In an auth op, what it builds upon.
    #[n(7)]
    pub auth: Vec<OpId>,
    /// The epoch whose key seals the body; absent where bodies are not sealed.
    #[n(8)]
    pub epoch: Option<EpochId>,
    /// The hybrid clock's moment: later than that of `previous` and of all in `after` and `auth`.
    #[n(9)]
    pub time: Time,
    /// BLAKE3 of the body as it travels (sealed).
    #[n(10)]
    #[cbor(with = "minicbor::bytes")]
    pub body_hash: [u8; 32],
    /// Bytes of the body as it travels.
    #[n(11)]
    pub body_len: u32,
}

impl Header {
    /// Whose log, and which.
    pub const fn key(&self) -> LogKey {
        LogKey { peer: self.peer, log: self.log }
    }

    /// Whether this op may create a space: the first of its author's auth log, under nothing.
    pub fn is_genesis(&self) -> bool {
        self.space == SpaceId::UNBORN
            && self.log == LogId::of(Area::AUTH)
            && self.seq == 1
            && self.auth.is_empty()
            && self.after.is_empty()
    }

    /// The space this op belongs to, given its own id.
    pub fn space_of(&self, id: OpId) -> SpaceId {
        if self.is_genesis() { SpaceId(id.0) } else { self.space }
    }

    pub(super) fn is_well_formed(&self) -> bool {
        let sorted = |ids: &[OpId]| ids.windows(2).all(|pair| pair[0] < pair[1]);
        self.version == VERSION
            && (1..=MAX_SEQ).contains(&self.seq)
            && self.time <= MAX_TIME
            && (self.seq == 1) == self.previous.is_none()
            && self.after.len() <= MAX_AFTER
            && self.auth.len() <= MAX_AUTH_HEADS
            && sorted(&self.after)
            && sorted(&self.auth)
            && (self.space != SpaceId::UNBORN || self.is_genesis())
            && self.body_len as usize <= MAX_BODY_BYTES
            && (self.log.area != Area::AUTH || self.epoch.is_none())
    }
}
