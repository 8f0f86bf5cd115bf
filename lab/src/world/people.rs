//! What people and misfortune do, in the pure world.

use std::{collections::BTreeSet, time::Duration};

use proto::{
    id::{InvitationId, SpaceId},
    key::Sign,
    log::{Area, LogId, Run},
    space::{
        AdmitError, ComposeError, Composed, JoinRequest, Kind, NewSpace, PersonProof, Policy, Replica, Role, Wish,
        Writer, auth::Invite,
    },
};

use super::{
    DOWN, Mind, Mutant, Packet, World,
    disk::Write,
    ends,
    keys::{Cheap, Keys},
    network::Verdict,
    peer::{News, Peer, Then},
};
use crate::{Answer, Refused, Text};

impl World {
    pub(super) fn create(&mut self, peer: usize, other: Option<usize>) -> Answer {
        if self.peers[peer].mind.is_none() {
            return DOWN;
        }
        let proof = self.peers[peer].proof.clone();
        let new = match other {
            Some(other) => NewSpace::direct(proof, self.peers[other].proof.clone()),
            None => NewSpace::shared(Kind::Group, Policy::of(Kind::Group), proof),
        };
        let now = self.peers[peer].clock(self.now);
        let at = &mut self.peers[peer];
        let mut writer = Writer { now, signer: &at.keys, wrap: &Cheap, rng: self.dice.secrets() };
        let Ok((replica, op)) = Replica::create(new, &mut writer, &Cheap) else {
            return Answer::Refused(Refused::NotAllowed);
        };
        let space = replica.space();
        self.spaces.push(space);
        at.mind.as_mut().expect("it is up").replicas.by_space.insert(space, replica);
        self.relink_soon();
        self.own(peer, space, Composed { ops: vec![op], ..Composed::default() })
    }

    pub(super) fn invite(&mut self, peer: usize, space: usize, uses: Option<u32>, lasts: Option<Duration>) -> Answer {
        let space = self.spaces[space];
        let key = Keys::new(self.seed, "invitation", self.invitations.len());
        let invitation = InvitationId(key.public());
        let answer = self.compose(peer, space, |replica, writer| {
            let expires = lasts.map(|lasts| writer.now + lasts);
            replica.invite(Invite { invitation, role: Role::Writer, uses, expires }, writer)
        });
        if answer == Answer::Done {
            self.invitations.push((space, key));
        }
        answer
    }

    pub(super) fn withdraw(&mut self, peer: usize, invitation: usize) -> Answer {
        let (space, ref key) = self.invitations[invitation];
        let invitation = InvitationId(key.public());
        self.compose(peer, space, |replica, writer| replica.withdraw(invitation, writer))
    }

    pub(super) fn leave(&mut self, peer: usize, space: usize) -> Answer {
        let answer = self.compose(peer, self.spaces[space], |replica, writer| replica.leave(writer));
        self.relink_soon();
        answer
    }

    pub(super) fn say(&mut self, peer: usize, space: usize, text: Text) -> Answer {
        let body = text.to_string();
        let log = LogId::of(Area::CHAT);
        self.compose(peer, self.spaces[space], |replica, writer| replica.compose(log, body.as_bytes(), writer))
    }

    pub(super) fn say_and_crash(&mut self, peer: usize, space: usize, text: Text, after: Duration) -> Answer {
        let (space, body) = (self.spaces[space], text.to_string());
        let log = LogId::of(Area::CHAT);
        let composed = self.composed(peer, space, |replica, writer| replica.compose(log, body.as_bytes(), writer));
        let answer = match composed {
            Ok(composed) => {
                self.write_own(peer, space, composed, None);
                Answer::Unknown
            }
            Err(refused) => Answer::Refused(refused),
        };
        self.run_until(self.now + after);
        self.crash(peer);
        answer
    }

    pub(super) fn join(&mut self, peer: usize, invitation: usize, through: usize) -> Answer {
        if self.peers[peer].mind.is_none() {
            return DOWN;
        }
        if peer == through || self.peers[through].mind.is_none() || !self.network.can_reach(peer, through) {
            return Answer::Refused(Refused::Unreachable);
        }
        self.met.insert(ends(peer, through));
        self.relink();
        let (space, ref key) = self.invitations[invitation];
        let at = &self.peers[peer];
        let person = at.proof.verify(&Cheap).expect("it was made here");
        let wish = Wish { space, person: person.person, peer: person.peer, asked: at.clock(self.now) };
        let request = Box::new((JoinRequest::sign(wish, key), at.proof.clone()));
        let number = self.new_question();
        self.send(peer, through, Packet::Join { number, request });
        self.wait_for(number, peer)
    }

    /// A newcomer asks a peer to let it in.
    pub(super) fn asked_to_admit(
        &mut self,
        peer: usize,
        newcomer: usize,
        number: u64,
        request: &JoinRequest,
        proof: &PersonProof,
    ) {
        let space = request.wish.space;
        let composed = self.with_writer(peer, space, |replica, writer| match replica.membership() {
            Some(members) if members.standing(&replica.me()).is_some() => {
                replica.admit(request, proof, &Cheap, writer).map_err(refused_to_admit)
            }
            _ => Err(Refused::NotMember),
        });
        match composed {
            Ok(composed) => {
                let (write, news) = self.peers[peer].written(space, composed);
                self.relink_soon();
                self.write(peer, space, write, Then::Admitted { newcomer, answer: number, news });
            }
            Err(refused) => self.send(peer, newcomer, Packet::Joined { number, answer: Answer::Refused(refused) }),
        }
    }

    /// Every peer in turn hands on what members lack; whether there was anything.
    pub(super) fn mend(&mut self) -> bool {
        let mut any = false;
        for peer in 0..self.peers.len() {
            for space in self.spaces.clone() {
                let mended = self.composed(peer, space, |replica, writer| replica.mend(writer));
                if let Some(composed) = mended.ok().filter(|composed| !composed.ops.is_empty()) {
                    any = true;
                    self.write_own(peer, space, composed, None);
                    self.run_until_quiet();
                }
            }
        }
        any
    }

    pub(super) fn crash(&mut self, peer: usize) -> Answer {
        let at = &mut self.peers[peer];
        if at.mind.take().is_none() {
            return DOWN;
        }
        at.disk.crash();
        for (a, b) in self.network.broken(Some(peer)) {
            self.unlink(a, b);
        }
        self.relink_soon();
        Answer::Done
    }

    pub(super) fn restart(&mut self, peer: usize) -> Answer {
        if self.peers[peer].mind.is_some() {
            return Answer::Refused(Refused::NotAllowed);
        }
        self.asked += 1;
        let mut mind = Mind { boot: self.asked, ..Mind::default() };
        let at = &mut self.peers[peer];
        for space in at.disk.spaces() {
            let shelf = at.disk.shelf(space).expect("just listed");
            match Replica::load(space, at.keys.peer(), shelf.saved(), &Cheap, shelf) {
                Ok(replica) => drop(mind.replicas.by_space.insert(space, replica)),
                Err(error) => self.faults.push(format!("peer {peer} cannot load what it stored: {error}")),
            }
        }
        at.mind = Some(mind);
        at.set_up_mutant();
        self.relink_soon();
        Answer::Done
    }

    pub(super) fn cut(&mut self, a: usize, b: usize) -> Answer {
        self.unlink(a, b);
        self.relink_soon();
        Answer::Done
    }

    /// Divides the network, or heals it.
    pub(super) fn divide(&mut self, side: Option<BTreeSet<usize>>) -> Answer {
        self.partition = None;
        match side {
            Some(side) => self.partition = Some(self.network.partition(side)),
            None => self.slow.clear(),
        }
        self.relink_soon();
        Answer::Done
    }

    /// What a peer sends and is sent takes longer.
    pub(super) fn slow_down(&mut self, peer: usize, by: Duration) -> Answer {
        let slow = move |from, to| if from == peer || to == peer { Verdict::Deliver(by) } else { Verdict::Pass };
        self.slow.push(self.network.rule(slow));
        Answer::Done
    }

    pub(super) fn set_clock(&mut self, peer: usize, ahead_ms: i64) -> Answer {
        self.peers[peer].ahead_ms = ahead_ms;
        Answer::Done
    }

    pub(super) fn wait(&mut self, time: Duration) -> Answer {
        self.run_until(self.now + time);
        self.tick();
        Answer::Done
    }

    /// Lets a peer write something of its own, and waits until it is durable.
    fn compose(
        &mut self,
        peer: usize,
        space: SpaceId,
        what: impl FnOnce(&mut Replica, &mut Writer<'_>) -> Result<Composed, ComposeError>,
    ) -> Answer {
        match self.composed(peer, space, what) {
            Ok(composed) => self.own(peer, space, composed),
            Err(refused) => Answer::Refused(refused),
        }
    }

    fn own(&mut self, peer: usize, space: SpaceId, composed: Composed) -> Answer {
        let number = self.new_question();
        self.write_own(peer, space, composed, Some(number));
        if self.mutant == Some(Mutant::AnswersEarly) { Answer::Done } else { self.wait_for(number, peer) }
    }

    fn write_own(&mut self, peer: usize, space: SpaceId, composed: Composed, answer: Option<u64>) {
        let (write, news) = self.peers[peer].written(space, composed);
        self.write(peer, space, write, Then::Own { news, answer });
    }

    fn composed(
        &mut self,
        peer: usize,
        space: SpaceId,
        what: impl FnOnce(&mut Replica, &mut Writer<'_>) -> Result<Composed, ComposeError>,
    ) -> Result<Composed, Refused> {
        self.with_writer(peer, space, |replica, writer| what(replica, writer).map_err(refused))
    }

    fn with_writer<T>(
        &mut self,
        peer: usize,
        space: SpaceId,
        what: impl FnOnce(&mut Replica, &mut Writer<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let now = self.peers[peer].clock(self.now);
        let Peer { keys, mind, .. } = &mut self.peers[peer];
        let mind = mind.as_mut().ok_or(Refused::Down)?;
        let replica = mind.replicas.by_space.get_mut(&space).ok_or(Refused::NotMember)?;
        let mut writer = Writer { now, signer: keys, wrap: &Cheap, rng: self.dice.secrets() };
        what(replica, &mut writer)
    }
}

impl Peer {
    /// What is to be written of ops of one's own, and what there is to tell of them.
    fn written(&self, space: SpaceId, composed: Composed) -> (Write, Vec<News>) {
        let each = composed.ops.iter().map(std::slice::from_ref);
        let news = each.map(|op| News { space, heads: self.heads(op), run: Run::new(op) }).collect();
        (Write { ops: composed.ops, secrets: composed.minted, ..Write::default() }, news)
    }
}

fn refused(error: ComposeError) -> Refused {
    if error == ComposeError::NotMember { Refused::NotMember } else { Refused::NotAllowed }
}

fn refused_to_admit(error: AdmitError) -> Refused {
    match error {
        AdmitError::Unknown | AdmitError::State(_) | AdmitError::Removed => Refused::Invitation,
        AdmitError::BadRequest => Refused::NotAllowed,
        AdmitError::Compose(error) => refused(error),
    }
}
