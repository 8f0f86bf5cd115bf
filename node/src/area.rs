//! What an area of the daemon (chat, files) gives to the spaces, and gets from them.
//!
//! An area's view is a fold of ops that count: the same code for one's own ops and for received ones, in the same
//! transaction that marks the op as applied. An op is applied once; should its author turn out to have been no member, it is
//! withdrawn again. Ops arrive in any order (newest first after an absence), so a fold may not lean on an order
//! other than [`proto::log::Op::order`].

use std::{collections::BTreeMap, sync::Arc};

use api::event::Event;
use proto::{
    id::{OpId, PeerId, PersonId, SpaceId},
    log::{Header, Op},
    space::{Role, Standing},
    time::Time,
};
use store::Tx;

/// More events than this of one transaction are not built: listeners get one [`Event::Space`] instead and look for themselves.
pub const MAX_EVENTS_PER_WRITE: usize = 256;

/// One area's folds. They run on the store's writer: they must neither block nor wait, nor ask a space or the core, whose
/// locks whoever queued the write may hold. All there is to know is in the transaction and in what is handed in.
pub trait Area: Send + Sync + 'static {
    /// Which logs it reads.
    fn area(&self) -> proto::log::Area;

    /// Folds an op that counts into the area's tables.
    ///
    /// A body that makes no sense is the author's fault: skipped, not an error. Errors are the store's and undo the transaction.
    fn apply(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error>;

    /// Takes out an op that was applied and does not count any more.
    fn withdraw(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error>;

    /// Somebody's peer reports that it holds one's own log of this area up to `seq`.
    fn delivered(&self, tx: &mut Tx<'_>, report: &Delivery, after: &mut After) -> Result<(), store::Error> {
        let _ = (tx, report, after);
        Ok(())
    }
}

/// An op that counts, opened.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The space.
    pub space: SpaceId,
    /// The op.
    pub id: OpId,
    /// Its header: author's peer, place, time.
    pub header: &'a Header,
    /// The person its author's peer speaks for.
    pub author: PersonId,
    /// What that person may do.
    pub role: Role,
    /// Oneself.
    pub me: PersonId,
    /// The body, opened.
    pub body: &'a [u8],
    /// Now.
    pub now: Time,
}

impl<'a> Counted<'a> {
    pub(crate) fn new(space: SpaceId, op: &'a Op, standing: Standing, me: PersonId, body: &'a [u8], now: Time) -> Self {
        let Standing { person: author, role } = standing;
        Self { space, id: op.id, header: &op.header, author, role, me, body, now }
    }

    /// Whether it is one's own.
    pub fn is_mine(&self) -> bool {
        self.author == self.me
    }
}

/// All areas there are.
#[derive(Clone)]
pub struct Areas {
    me: PersonId,
    by_area: Arc<BTreeMap<proto::log::Area, Arc<dyn Area>>>,
}

impl Areas {
    pub(crate) fn new(me: PersonId, areas: Vec<Arc<dyn Area>>) -> Self {
        Self { me, by_area: Arc::new(areas.into_iter().map(|area| (area.area(), area)).collect()) }
    }

    /// Oneself.
    pub fn me(&self) -> PersonId {
        self.me
    }

    /// Whether somebody folds this area.
    pub fn has(&self, area: proto::log::Area) -> bool {
        self.by_area.contains_key(&area)
    }

    pub(crate) fn apply(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error> {
        self.by_area.get(&op.header.log.area).map_or(Ok(()), |area| area.apply(tx, op, after))
    }

    pub(crate) fn withdraw(&self, tx: &mut Tx<'_>, op: &Counted<'_>, after: &mut After) -> Result<(), store::Error> {
        self.by_area.get(&op.header.log.area).map_or(Ok(()), |area| area.withdraw(tx, op, after))
    }

    /// Tells the area that somebody's peer holds one's own log of it further than before.
    pub fn delivered(&self, tx: &mut Tx<'_>, report: &Delivery, after: &mut After) -> Result<(), store::Error> {
        self.by_area.get(&report.area).map_or(Ok(()), |area| area.delivered(tx, report, after))
    }
}

/// How far somebody else's peer holds one of one's own logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// The space.
    pub space: SpaceId,
    /// The log's area.
    pub area: proto::log::Area,
    /// One's own peer, whose log it is.
    pub author: PeerId,
    /// The person whose peer reports.
    pub to: PersonId,
    /// It held up to here before.
    pub before: u64,
    /// It holds up to here now.
    pub upto: u64,
}

/// What is to be told once the transaction has lasted.
#[derive(Debug, Default)]
pub struct After {
    wanted: bool,
    events: Vec<Event>,
    left_out: bool,
}

impl After {
    /// Gathers events, if anybody listens.
    pub fn new(wanted: bool) -> Self {
        Self { wanted, ..Self::default() }
    }

    /// Tells an event; built only if somebody will see it.
    pub fn tell(&mut self, event: impl FnOnce() -> Event) {
        match () {
            () if !self.wanted => {}
            () if self.events.len() < MAX_EVENTS_PER_WRITE => self.events.push(event()),
            () => self.left_out = true,
        }
    }

    /// Like [`After::tell`], where building the event asks the store.
    pub fn try_tell(&mut self, event: impl FnOnce() -> Result<Event, store::Error>) -> Result<(), store::Error> {
        if self.wanted && self.events.len() < MAX_EVENTS_PER_WRITE {
            let event = event()?;
            self.events.push(event);
        } else {
            self.left_out |= self.wanted;
        }
        Ok(())
    }

    /// What to tell of this space.
    pub fn into_events(mut self, space: SpaceId) -> Vec<Event> {
        if self.left_out {
            self.events.push(Event::Space { space: space.to_string() });
        }
        self.events
    }
}
