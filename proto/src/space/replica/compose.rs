//! Making ops of one's own.
//!
//! What is composed is part of the replica at once. If storing it fails, load the replica anew.

use rand_core::CryptoRng;

use super::{
    Replica,
    epochs::{Plan, keys},
};
use crate::{
    id::{EpochId, KemKey, OpId, PeerId, SpaceId},
    key::{Domain, Sign, Signature, Verify},
    log::{
        Area, Header, LogId, LogKey, MAX_AFTER, MAX_AUTH_HEADS, MAX_BODY_BYTES, MAX_SEQ, MAX_TIME, Op, Span, VERSION,
    },
    space::{
        EpochSecret, Kind, MAX_PLAIN_BYTES, Membership, PersonProof, Place, Policy, WrapContext, WrapTo,
        auth::{Act, Create, Epoch, MAX_WRAPS, deed::Reading, graph::Seed},
    },
    time::Time,
};

/// What composing needs from outside.
pub struct Writer<'a> {
    /// The moment by our own clock.
    pub now: Time,
    /// This peer's key.
    pub signer: &'a dyn Sign,
    /// How secrets are wrapped for others.
    pub wrap: &'a dyn WrapTo,
    /// Chance.
    pub rng: &'a mut dyn CryptoRng,
}

/// Ops of one's own, to be stored together and in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composed {
    /// Ops that mint or hand on epochs, if there was need, then the op that was asked for.
    pub ops: Vec<Op>,
    /// Secrets minted, to be kept.
    pub minted: Vec<(EpochId, EpochSecret)>,
}

/// Why nothing can be composed. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// This peer is no member.
    #[error("not a member of this space")]
    NotMember,
    /// The role does not allow it, or it would change nothing that can be changed.
    #[error("not allowed in this space")]
    NotAllowed,
    /// The body is longer than [`crate::space::MAX_PLAIN_BYTES`].
    #[error("too long for one op")]
    TooLong,
    /// Two ops of this peer at one place are known: it needs a new key.
    #[error("this peer's log was written twice")]
    Forked,
    /// Others have ops of this log that are not held here: they are to be fetched first.
    #[error("this peer's own log is not whole here")]
    Behind,
}

/// How a new space begins.
#[derive(Debug, Clone)]
pub struct NewSpace {
    /// What it is for.
    pub kind: Kind,
    /// Its rules.
    pub policy: Policy,
    /// Kind self: this peer's key. Otherwise absent.
    pub kem: Option<KemKey>,
    /// Kind self: none. Direct: the founder and the other. Otherwise the founder.
    pub persons: Vec<PersonProof>,
}

impl NewSpace {
    /// A person's own space.
    pub fn own(kem: KemKey) -> NewSpace {
        NewSpace { kind: Kind::Own, policy: Policy::of(Kind::Own), kem: Some(kem), persons: Vec::new() }
    }

    /// A space of two.
    pub fn direct(founder: PersonProof, other: PersonProof) -> NewSpace {
        let persons = vec![founder, other];
        NewSpace { kind: Kind::Direct, policy: Policy::of(Kind::Direct), kem: None, persons }
    }

    /// A group or a channel.
    pub fn shared(kind: Kind, policy: Policy, founder: PersonProof) -> NewSpace {
        NewSpace { kind, policy, kem: None, persons: vec![founder] }
    }
}

/// For what was checked before it was composed.
struct Checked;

impl Verify for Checked {
    fn verify(&self, _: &[u8; 32], _: Domain, _: &[u8], _: &Signature) -> bool {
        true
    }
}

impl Replica {
    /// Creates a space. The op is to be stored. An error if the proofs do not fit kind and signer.
    pub fn create(new: NewSpace, writer: &mut Writer<'_>, verify: &dyn Verify) -> Result<(Replica, Op), ComposeError> {
        let mut nonce = [0; 16];
        writer.rng.fill_bytes(&mut nonce);
        let NewSpace { kind, policy, kem, persons } = new;
        let body = Act::Create(Create { kind, nonce, policy, kem, persons }).encode();
        let me = PeerId(writer.signer.public());
        let header = Header {
            version: VERSION,
            space: SpaceId::UNBORN,
            peer: me,
            log: LogId::of(Area::AUTH),
            seq: 1,
            previous: None,
            after: Vec::new(),
            auth: Vec::new(),
            epoch: None,
            time: writer.now,
            body_hash: [0; 32],
            body_len: 0,
        };
        let op = sign(header, body, writer)?;
        let mut replica = Replica::empty(SpaceId(op.id.0), me);
        let reading = Reading::of(&op, replica.space, me, verify);
        if reading.deed.is_none() {
            return Err(ComposeError::NotAllowed);
        }
        replica.take_own_auth(&op, reading);
        Ok((replica, op))
    }

    /// An op with this body for this peer's log (not an auth log), and before it the epochs that are wanted.
    pub fn compose(&mut self, log: LogId, body: &[u8], writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        if body.len() > MAX_PLAIN_BYTES {
            return Err(ComposeError::TooLong);
        }
        self.may_write(log, writer.now)?;
        let mut composed = Composed::default();
        let epoch = self.epoch_to_write(&mut composed, writer)?;
        let mut header = self.next_header(log, writer.now)?;
        header.epoch = Some(epoch);
        let place = Place { space: self.space, log: header.key(), seq: header.seq };
        let sealer = self.secrets.get(&epoch).expect("the epoch to write under is known");
        let op = sign(header, sealer.seal(&place, body, writer.rng), writer)?;
        self.take_own(&op);
        composed.ops.push(op);
        Ok(composed)
    }

    /// Hands on the secrets known here that members lack who should have them. Mostly nothing is to be done.
    pub fn mend(&mut self, writer: &mut Writer<'_>) -> Result<Composed, ComposeError> {
        let mut composed = Composed::default();
        let heads = self.auth_heads_at(writer.now);
        let plan = self.plan(&heads).ok_or(ComposeError::NotMember)?;
        self.hand_on(&plan, &mut composed, writer)?;
        Ok(composed)
    }

    fn may_write(&self, log: LogId, now: Time) -> Result<(), ComposeError> {
        if log.area == Area::AUTH {
            return Err(ComposeError::NotAllowed);
        }
        let heads = self.auth_heads_at(now);
        let mut views = self.views.borrow_mut();
        let (sight, standing) = views.sight(&self.auth, &heads, &self.me).ok_or(ComposeError::NotMember)?;
        let role = standing.ok_or(ComposeError::NotMember)?.role;
        let least = sight.policy.ok_or(ComposeError::NotMember)?.least(log.area);
        if role < least { Err(ComposeError::NotAllowed) } else { Ok(()) }
    }

    /// The auth heads to write under: those that are due, the latest should there be too many.
    fn auth_heads_at(&self, now: Time) -> Vec<OpId> {
        let mut heads = self.auth.graph().heads_until(Self::due(now));
        if heads.len() > MAX_AUTH_HEADS {
            let order = |id: &OpId| self.auth.graph().find(id).map(|at| self.auth.graph().entry(at).order());
            heads.sort_by_key(|id| std::cmp::Reverse(order(id)));
            heads.truncate(MAX_AUTH_HEADS);
            heads.sort_unstable();
        }
        heads
    }

    /// The next header of this peer's log, but for the epoch.
    pub(super) fn next_header(&self, log: LogId, now: Time) -> Result<Header, ComposeError> {
        let key = LogKey { peer: self.me, log };
        let top = self.top_of(&key)?;
        let own = top.map(|(_, id, _)| id);
        let is_auth = log.area == Area::AUTH;
        let frontier = self.frontiers.get(&log).filter(|_| !is_auth);
        let after = frontier.map(|frontier| frontier.latest(MAX_AFTER, Self::due(now), own)).unwrap_or_default();
        let mut auth = self.auth_heads_at(now);
        auth.retain(|id| !is_auth || Some(*id) != own);
        let horizon = self.auth.graph().closure(&auth).map(|(_, horizon)| horizon);
        let ahead = frontier.is_some_and(|frontier| frontier.is_ahead_of(Self::due(now)));
        let shown = if ahead { self.shown.borrow().latest(log, Self::due(now)) } else { None };
        let answered = after.iter().map(|(_, time)| *time).chain(shown);
        let seen = answered.chain(horizon).chain(top.map(|(_, _, time)| time)).max();
        let mut after: Vec<OpId> = after.into_iter().map(|(id, _)| id).collect();
        after.sort_unstable();
        Ok(Header {
            version: VERSION,
            space: self.space,
            peer: self.me,
            log,
            seq: top.map_or(0, |(seq, _, _)| seq) + 1,
            previous: own,
            after,
            auth,
            epoch: None,
            time: Time::after(now, seen),
            body_hash: [0; 32],
            body_len: 0,
        })
    }

    /// The last op of a log of one's own, if all of it is here.
    fn top_of(&self, key: &LogKey) -> Result<Option<(u64, OpId, Time)>, ComposeError> {
        let Some(log) = self.logs.get(key) else {
            return if self.logs.has_room() { Ok(None) } else { Err(ComposeError::NotAllowed) };
        };
        if log.forked.is_some() {
            return Err(ComposeError::Forked);
        }
        match log.have.spans() {
            [] => Ok(None),
            [span] if span.first == 1 && span.last < MAX_SEQ => Ok(log.top()),
            _ => Err(ComposeError::Behind),
        }
    }

    /// The epoch to write under, handing on or minting what is wanted first.
    fn epoch_to_write(&mut self, composed: &mut Composed, writer: &mut Writer<'_>) -> Result<EpochId, ComposeError> {
        let heads = self.auth_heads_at(writer.now);
        if let Some((_, epoch)) = self.writing.as_ref().filter(|(at, _)| *at == heads) {
            return Ok(*epoch);
        }
        let plan = self.plan(&heads).ok_or(ComposeError::NotMember)?;
        self.hand_on(&plan, composed, writer)?;
        let epoch = match plan.write {
            Some(epoch) => epoch,
            None => self.mint(&heads, composed, writer)?,
        };
        self.writing = Some((self.auth_heads_at(writer.now), epoch));
        Ok(epoch)
    }

    /// What is to be done before writing at these auth heads.
    fn plan(&self, heads: &[OpId]) -> Option<Plan> {
        self.with_members(heads, |members| self.secrets.plan(members))
    }

    /// Looks at the members as of these auth heads, without making a copy if those are the latest.
    fn with_members<T>(&self, heads: &[OpId], look: impl FnOnce(&Membership) -> T) -> Option<T> {
        if self.auth.graph().heads().iter().eq(heads) {
            return self.membership().map(look);
        }
        self.membership_at(heads).map(|members| look(&members))
    }

    fn hand_on(&mut self, plan: &Plan, composed: &mut Composed, writer: &mut Writer<'_>) -> Result<(), ComposeError> {
        for (epoch, peers) in &plan.hand_on {
            let secret = self.secrets.secret(epoch).cloned().expect("only what is known is handed on");
            self.wrap_for(&secret, peers, composed, writer)?;
        }
        Ok(())
    }

    /// Mints an epoch for all who are members at these auth heads.
    fn mint(
        &mut self,
        heads: &[OpId],
        composed: &mut Composed,
        writer: &mut Writer<'_>,
    ) -> Result<EpochId, ComposeError> {
        let all = self.with_members(heads, |members| keys(members, members.peers.keys()));
        let secret = EpochSecret::mint(writer.rng);
        self.wrap_for(&secret, &all.ok_or(ComposeError::NotMember)?, composed, writer)?;
        let epoch = self.secrets.insert(secret.clone());
        composed.minted.push((epoch, secret));
        Ok(epoch)
    }

    fn wrap_for(
        &mut self,
        secret: &EpochSecret,
        peers: &[(PeerId, KemKey)],
        composed: &mut Composed,
        writer: &mut Writer<'_>,
    ) -> Result<(), ComposeError> {
        let context = WrapContext { space: self.space, epoch: secret.id() };
        for peers in peers.chunks(MAX_WRAPS) {
            let wrap = |(peer, kem): &(PeerId, KemKey)| {
                (*peer, writer.wrap.wrap(kem, &context, secret.as_bytes(), writer.rng))
            };
            let wraps = peers.iter().map(wrap).collect();
            let op = self.write_auth(&Act::Epoch(Epoch { epoch: context.epoch, wraps }), writer)?;
            composed.ops.push(op);
        }
        Ok(())
    }

    /// An auth op of this peer, checked before. An error, and nothing is changed, if it would not count.
    pub(super) fn write_auth(&mut self, act: &Act, writer: &mut Writer<'_>) -> Result<Op, ComposeError> {
        let header = self.next_header(LogId::of(Area::AUTH), writer.now)?;
        let op = sign(header, act.encode(), writer)?;
        let reading = Reading::of(&op, self.space, self.me, &Checked);
        if !self.auth.would_count(Seed::new(&op, reading.clone())) {
            let standing = self.membership().and_then(|members| members.standing(&self.me));
            return Err(standing.map_or(ComposeError::NotMember, |_| ComposeError::NotAllowed));
        }
        self.take_own_auth(&op, reading);
        Ok(op)
    }

    fn take_own_auth(&mut self, op: &Op, reading: Reading) {
        let ops = std::slice::from_ref(op);
        let log = self.logs.get_or_new(op.header.key()).expect("there was room for the log");
        log.have.insert(Span::of(ops).expect("there is an op")).expect("an op composed here goes on");
        self.take_auth(ops, vec![reading]);
    }
}

/// Signs an op whose parts are within their limits.
fn sign(header: Header, body: Vec<u8>, writer: &Writer<'_>) -> Result<Op, ComposeError> {
    if body.len() > MAX_BODY_BYTES || header.time > MAX_TIME {
        return Err(ComposeError::TooLong);
    }
    debug_assert_eq!(header.peer.0, writer.signer.public(), "a replica writes as the peer it is of");
    Ok(Op::sign(header, body, writer.signer))
}
