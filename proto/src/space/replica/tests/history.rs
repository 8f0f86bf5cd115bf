//! Random histories: all who hold the same ops say the same, and an oracle that knows only the rules agrees.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::{
    id::{InvitationId, OpId, PersonId},
    log::{Area, LogId, Op},
    space::{
        Kind, Policy, Role, Verdict,
        auth::{Act, Admit, Invite, Remove},
        testing::{CHAT, Cheap, CheapVerify, Peer, writer},
    },
    time::Time,
};

const PEERS: u64 = 6;

/// One step of a history. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Invite { by: usize, again: Option<usize>, role: u8, uses: Option<u32>, expires: Option<u64> },
    Withdraw { by: usize, link: usize },
    Admit { by: usize, who: usize, link: usize },
    Remove { by: usize, who: usize },
    SetRole { by: usize, who: usize, role: u8 },
    SetPolicy { by: usize, role: u8 },
    Say { by: usize },
    Fetch { by: usize, from: usize, some: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let peer = 0..PEERS as usize;
    let two = (peer.clone(), 0..PEERS as usize);
    prop_oneof![
        1 => (peer.clone(), proptest::option::of(0usize..8), 0u8..4, proptest::option::of(1u32..3), proptest::option::of(0u64..60))
            .prop_map(|(by, again, role, uses, expires)| Step::Invite { by, again, role, uses, expires }),
        1 => (peer.clone(), 0usize..8).prop_map(|(by, link)| Step::Withdraw { by, link }),
        4 => (two.clone(), 0usize..8).prop_map(|((by, who), link)| Step::Admit { by, who, link }),
        2 => two.clone().prop_map(|(by, who)| Step::Remove { by, who }),
        2 => (two.clone(), 0u8..4).prop_map(|((by, who), role)| Step::SetRole { by, who, role }),
        1 => (peer.clone(), 0u8..4).prop_map(|(by, role)| Step::SetPolicy { by, role }),
        2 => peer.clone().prop_map(|by| Step::Say { by }),
        6 => (two, 0u8..4).prop_map(|((by, from), some)| Step::Fetch { by, from, some }),
    ]
}

const ROLES: [Role; 4] = [Role::Reader, Role::Writer, Role::Manager, Role::Owner];

struct World {
    peers: Vec<Peer>,
    links: Vec<Cheap>,
    now: u64,
}

impl World {
    /// A founder, two managers, and others who have heard of the space.
    fn new() -> World {
        let mut founder = Peer::founding(1, Kind::Group, Policy::of(Kind::Group));
        let space = founder.replica.space();
        let links = vec![founder.invite(100, Role::Manager, None, 2000)];
        let mut others: Vec<Peer> = (2..=PEERS).map(|number| Peer::new(number, space)).collect();
        others[..2].iter_mut().for_each(|peer| founder.admit(peer, &links[0], 2001).unwrap());
        others.iter_mut().for_each(|peer| peer.fetch(&founder));
        let peers = std::iter::once(founder).chain(others).collect();
        World { peers, links, now: 3000 }
    }

    /// Does what a step says, whether or not it is allowed.
    fn step(&mut self, step: &Step) {
        self.now += 1;
        let now = self.now;
        match *step {
            Step::Say { by } => {
                let peer = &mut self.peers[by];
                let composed = peer.replica.compose(CHAT, b"x", writer!(peer, now));
                composed.into_iter().for_each(|composed| drop(peer.keep(composed)));
            }
            Step::Fetch { by, from, some } => {
                let ops = self.peers[from].memory.in_order();
                let count = ops.len() - ops.len() * some as usize / 4;
                ops.into_iter().take(count).for_each(|op| drop(self.peers[by].take(&[op])));
            }
            _ => {
                let (by, act) = self.act(step);
                force(&mut self.peers[by], &act, now);
            }
        }
    }

    fn act(&mut self, step: &Step) -> (usize, Act) {
        let links = self.links.clone();
        let link = |index: usize| links[index % links.len()];
        let person = |index: usize| self.peers[index].person;
        match *step {
            Step::Invite { by, again, role, uses, expires } => {
                let key = again.map_or(Cheap::new(100 + links.len() as u64), link);
                self.links.push(key);
                let expires = expires.map(|after| Time::from_millis(self.now + after));
                let invitation = InvitationId(key.0);
                (by, Act::Invite(Invite { invitation, role: ROLES[role as usize], uses, expires }))
            }
            Step::Withdraw { by, link: index } => (by, Act::Withdraw(InvitationId(link(index).0))),
            Step::Admit { by, who, link: index } => {
                let request = self.peers[who].ask(&link(index), self.peers[who].replica.space(), self.now);
                (by, Act::Admit(Admit { request, proof: self.peers[who].proof.clone(), epochs: Vec::new() }))
            }
            Step::Remove { by, who } => (by, Act::Remove(Remove { persons: vec![person(who)], cuts: Vec::new() })),
            Step::SetRole { by, who, role } => (by, Act::SetRole(person(who), ROLES[role as usize])),
            Step::SetPolicy { by, role } => {
                (by, Act::SetPolicy(Policy { invite: ROLES[role as usize], ..Policy::of(Kind::Group) }))
            }
            Step::Say { .. } | Step::Fetch { .. } => unreachable!("these are no acts"),
        }
    }

    fn exchange(&mut self) {
        for _ in 0..2 {
            for by in 0..self.peers.len() {
                for from in 0..self.peers.len() {
                    self.step(&Step::Fetch { by, from, some: 0 });
                }
            }
        }
    }
}

/// Writes an act as somebody would who does not ask whether it is allowed.
fn force(peer: &mut Peer, act: &Act, now: u64) {
    let header = peer.replica.next_header(LogId::of(Area::AUTH), Time::from_millis(now)).unwrap();
    let op = Op::sign(header, act.encode(), &peer.key);
    // Who never was a member is not even listened to.
    let _ = peer.take(&[op]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_same_ops_give_the_same_members_and_verdicts(steps in proptest::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            for peer in &world.peers {
                only_members_know_what_is_written_under(peer)?;
            }
        }
        world.exchange();
        let first = &world.peers[0];
        let oracle = Oracle::new(&first.memory.in_order());
        let counting = oracle.counting();
        for peer in &world.peers {
            prop_assert_eq!(peer.replica.digest(), first.replica.digest());
            prop_assert_eq!(peer.replica.membership(), first.replica.membership());
            let loaded = peer.reloaded();
            prop_assert_eq!(loaded.membership(), first.replica.membership());
            let members = &peer.replica.membership().unwrap().members;
            let said: BTreeMap<PersonId, Role> = members.iter().map(|(id, member)| (*id, member.role)).collect();
            prop_assert_eq!(said, oracle.members(&counting));
            for (at, op) in oracle.ops.iter().enumerate() {
                let counts = matches!(peer.replica.verdict(op, Time::default()), Verdict::Counts(_));
                prop_assert_eq!(counts, counting.contains(&at), "{:?}", oracle.acts[at]);
            }
            for op in first.memory.ops.values() {
                let now = Time::from_millis(world.now);
                let ours = first.replica.verdict(op, now);
                let theirs = peer.replica.verdict(op, now);
                // Not all know the same secrets; whether an op is void is the same for all.
                let void = |verdict| matches!(verdict, Verdict::Void(_));
                prop_assert_eq!(void(ours), void(theirs));
                prop_assert_eq!(loaded.verdict(op, now), theirs);
            }
        }
    }
}

fn only_members_know_what_is_written_under(peer: &Peer) -> Result<(), TestCaseError> {
    let Some(members) = peer.replica.membership() else { return Ok(()) };
    for epoch in members.usable() {
        prop_assert!(members.epochs[&epoch].recipients.iter().all(|peer| members.peers.contains_key(peer)));
    }
    Ok(())
}

/// The rules of `docs/spec/space.md`, for spaces of kind group whose persons have one peer each, without any haste.
struct Oracle {
    ops: Vec<Op>,
    acts: Vec<Act>,
    pasts: Vec<BTreeSet<usize>>,
}

type Counting = BTreeSet<usize>;

impl Oracle {
    fn new(all: &[Op]) -> Oracle {
        let ops: Vec<Op> = all.iter().filter(|op| op.header.log.area == Area::AUTH).cloned().collect();
        let index: BTreeMap<OpId, usize> = ops.iter().enumerate().map(|(index, op)| (op.id, index)).collect();
        let mut pasts: Vec<BTreeSet<usize>> = Vec::new();
        for op in &ops {
            let parents = op.header.auth.iter().chain(&op.header.previous).map(|id| index[id]);
            pasts.push(parents.flat_map(|parent| pasts[parent].iter().copied().chain([parent])).collect());
        }
        let acts = ops.iter().map(|op| Act::decode(op.body.as_ref().unwrap()).unwrap()).collect();
        Oracle { ops, acts, pasts }
    }

    /// The ops that count when all is taken in.
    fn counting(&self) -> Counting {
        let (mut accepted, mut dropped) = (Counting::new(), Counting::new());
        loop {
            let counting = self.fold(&accepted, &dropped);
            if let Some(at) = accepted.iter().copied().find(|at| !counting.contains(at)) {
                accepted.remove(&at);
                dropped.insert(at);
                continue;
            }
            let strong = |at: &usize| matches!(self.acts[*at], Act::Remove(_) | Act::Withdraw(_));
            match counting.iter().copied().find(|at| strong(at) && !accepted.contains(at)) {
                Some(at) => drop(accepted.insert(at)),
                None => return counting,
            }
        }
    }

    fn members(&self, counting: &Counting) -> BTreeMap<PersonId, Role> {
        self.persons().into_iter().filter_map(|who| Some((who, self.role(who, counting)?))).collect()
    }

    fn fold(&self, accepted: &Counting, dropped: &Counting) -> Counting {
        let mut counting = Counting::new();
        for at in (0..self.ops.len()).filter(|at| !dropped.contains(at)) {
            let known: Counting = self.pasts[at].intersection(&counting).copied().collect();
            if self.allowed(at, &known, accepted) {
                counting.insert(at);
            }
        }
        counting
    }

    fn persons(&self) -> BTreeSet<PersonId> {
        self.acts.iter().flat_map(|act| self.let_in(act)).collect()
    }

    fn let_in(&self, act: &Act) -> Vec<PersonId> {
        match act {
            Act::Create(create) => create.persons.iter().map(|who| who.verify(&CheapVerify).unwrap().person).collect(),
            Act::Admit(admit) => vec![admit.request.wish.person],
            _ => Vec::new(),
        }
    }

    /// The ops among `known` that put a person out.
    fn removals(&self, who: PersonId, known: &Counting) -> Vec<usize> {
        let puts_out = |at: &usize| matches!(&self.acts[*at], Act::Remove(remove) if remove.persons.contains(&who));
        known.iter().copied().filter(puts_out).collect()
    }

    fn still_holds(&self, at: usize, who: PersonId, known: &Counting) -> bool {
        self.removals(who, known).iter().all(|removal| self.pasts[at].contains(removal))
    }

    fn role(&self, who: PersonId, known: &Counting) -> Option<Role> {
        let holds = |at: &&usize| self.still_holds(**at, who, known);
        let came = *known.iter().filter(holds).find(|at| self.let_in(&self.acts[**at]).contains(&who))?;
        let set = known.iter().rev().filter(holds).find_map(|at| match self.acts[*at] {
            Act::SetRole(whom, role) if whom == who => Some(role),
            _ => None,
        });
        set.or_else(|| match &self.acts[came] {
            Act::Admit(admit) => {
                let past = self.pasts[came].iter().copied().filter(|at| known.contains(at)).collect();
                self.invite(admit.request.invitation, &past).map(|(_, invite)| invite.role)
            }
            _ => Some(Role::Owner),
        })
    }

    fn invite(&self, id: InvitationId, known: &Counting) -> Option<(usize, Invite)> {
        known.iter().find_map(|at| match &self.acts[*at] {
            Act::Invite(invite) if invite.invitation == id => Some((*at, *invite)),
            _ => None,
        })
    }

    fn author(&self, at: usize) -> PersonId {
        let peer = self.ops[at].header.peer;
        let own = self.acts.iter().find_map(|act| match act {
            Act::Create(create) => {
                create.persons.iter().map(|who| who.verify(&CheapVerify).unwrap()).find(|who| who.peer == peer)
            }
            Act::Admit(admit) => Some(admit.proof.verify(&CheapVerify).unwrap()).filter(|who| who.peer == peer),
            _ => None,
        });
        own.unwrap().person
    }

    fn concurrent(&self, a: usize, b: usize) -> bool {
        a != b && !self.pasts[a].contains(&b) && !self.pasts[b].contains(&a)
    }

    fn allowed(&self, at: usize, known: &Counting, accepted: &Counting) -> bool {
        if at == 0 {
            return true;
        }
        let author = self.author(at);
        let Some(role) = self.role(author, known) else { return false };
        let unheard = |strong: &&usize| self.concurrent(at, **strong);
        let removes = |strong: &usize, who: PersonId| !self.removals(who, &[*strong].into()).is_empty();
        let undone = accepted.iter().filter(unheard).any(|strong| removes(strong, author));
        match &self.acts[at] {
            Act::Remove(remove) => remove
                .persons
                .iter()
                .all(|who| *who == author || role.may_remove(self.role(*who, known).unwrap_or(Role::Reader))),
            _ if undone => false,
            Act::Invite(invite) => {
                invite.role <= role
                    && role >= self.policy(known).invite
                    && self.invite(invite.invitation, known).is_none()
            }
            Act::Withdraw(id) => {
                let made = self.invite(*id, known);
                made.is_some_and(|(made, _)| role >= Role::Manager || self.author(made) == author)
            }
            Act::SetRole(who, to) => self.role(*who, known).is_some_and(|from| role.may_change(from, *to)),
            Act::SetPolicy(_) => role == Role::Owner,
            Act::Epoch(_) => true,
            Act::Admit(admit) => self.may_admit(at, admit, known, accepted),
            _ => false,
        }
    }

    fn policy(&self, known: &Counting) -> Policy {
        let set = known.iter().rev().find_map(|at| match self.acts[*at] {
            Act::SetPolicy(policy) => Some(policy),
            _ => None,
        });
        set.unwrap_or(Policy::of(Kind::Group))
    }

    fn may_admit(&self, at: usize, admit: &Admit, known: &Counting, accepted: &Counting) -> bool {
        let (id, who) = (admit.request.invitation, admit.request.wish.person);
        let Some((made, invite)) = self.invite(id, known) else { return false };
        let inviter = self.author(made);
        let unheard = accepted.iter().copied().filter(|strong| self.concurrent(at, *strong));
        let ends = |strong: &usize| match &self.acts[*strong] {
            Act::Withdraw(withdrawn) => *withdrawn == id,
            Act::Remove(remove) => remove.persons.contains(&inviter) && !self.pasts[made].contains(strong),
            _ => false,
        };
        let dead = known.iter().copied().chain(unheard).any(|strong| ends(&strong));
        let came = |at: &usize| match &self.acts[*at] {
            Act::Admit(other) if other.request.invitation == id => Some(other.request.wish.person),
            _ => None,
        };
        let others: BTreeSet<PersonId> = known.iter().filter_map(came).filter(|other| *other != who).collect();
        let back = self.removals(who, known).into_iter().all(|removal| {
            let left = self.author(removal) == who;
            self.pasts[made].contains(&removal) || (left && admit.request.wish.asked > self.ops[removal].header.time)
        });
        let in_time = invite.expires.is_none_or(|expires| self.ops[at].header.time <= expires);
        in_time && !dead && back && invite.uses.is_none_or(|uses| others.len() < uses as usize)
    }
}
