//! What people do: each asks the own node as commands and the page do.

use std::time::Duration;

use api::{
    Code, Problem,
    chat::{Read, Say},
    spaces::{Join as AskJoin, Kind, NewInvitation, NewSpace},
};
use lab::{Answer, Refused, Text, View};
use node::Node;
use proto::{
    id::PersonId,
    space::{Link, LinkPeer},
};
use tokio::time::{Instant, sleep_until, timeout};

use crate::world::{DOWN, World};

/// Whoever asks waits no longer than that: a join may take 45 s by itself.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// Where packets are lost a dial may fail (one of some hundreds at 1%): whoever joins tries again.
const JOIN_TRIES: usize = 3;

impl World<'_> {
    /// Asks a node that is up.
    fn ask<T>(&self, peer: usize, ask: impl AsyncFnOnce(&Node) -> Result<T, Problem>) -> Result<T, Answer> {
        let node = self.peers[peer].node.clone().ok_or(DOWN)?;
        match self.time.block_on(async { timeout(ANSWER_WITHIN, ask(&node)).await }) {
            Ok(told) => told.map_err(|problem| self.answer(peer, &problem)),
            Err(_) => {
                self.notes.keep(format!("peer {peer} does not answer"));
                Err(Answer::Unknown)
            }
        }
    }

    /// What a problem means to the reference model.
    fn answer(&self, peer: usize, problem: &Problem) -> Answer {
        match problem.code {
            Code::NotFound => Answer::Refused(Refused::NotMember),
            Code::NotAllowed => Answer::Refused(Refused::NotAllowed),
            Code::Invitation => Answer::Refused(Refused::Invitation),
            // Whoever did not answer may have let us in all the same.
            Code::Unreachable => Answer::Unknown,
            _ => {
                self.notes.keep(format!("peer {peer} has a problem that it must not have: {problem:?}"));
                Answer::Unknown
            }
        }
    }

    pub fn create(&mut self, peer: usize) -> Answer {
        let name = format!("Space {}", self.spaces.len());
        let made = self.ask(peer, async |node| node.spaces().create(NewSpace { name, kind: Kind::Group }).await);
        self.made(made.map(|entered| entered.space.id))
    }

    pub fn direct(&mut self, peer: usize, other: usize) -> Answer {
        let name = format!("@{}", self.peers[other].name);
        let made = self.ask(peer, async |node| Ok(node.core().resolve_space(&name).await?));
        self.made(made.map(|space| space.id().to_string()))
    }

    fn made(&mut self, made: Result<String, Answer>) -> Answer {
        match made {
            Ok(id) => {
                self.spaces.push(id.parse().expect("a space's id"));
                Answer::Done
            }
            Err(answer) => answer,
        }
    }

    pub fn invite(&mut self, peer: usize, space: usize, uses: Option<u32>, lasts: Option<Duration>) -> Answer {
        let space = self.spaces[space].to_string();
        let new = NewInvitation { role: None, uses, expires_s: lasts.map(|lasts| lasts.as_secs()) };
        match self.ask(peer, async |node| node.join().invite(&space, new).await) {
            Ok(made) => {
                let link = made.link.expect("whoever made it is shown its link");
                self.invitations.push((made.id, Link::from_text(&link).expect("a whole link")));
                Answer::Done
            }
            Err(answer) => answer,
        }
    }

    pub fn withdraw(&mut self, peer: usize, invitation: usize) -> Answer {
        let id = self.invitations[invitation].0.clone();
        done(self.ask(peer, async |node| node.join().uninvite(&id).await))
    }

    pub fn join(&mut self, peer: usize, invitation: usize, through: usize) -> Answer {
        let member = &self.peers[through];
        let addresses = vec![member.place.addr().to_string()];
        let peers = vec![LinkPeer { peer: member.peer(), addresses }];
        let link = Link { peers, ..self.invitations[invitation].1.clone() };
        let link = link.to_text().expect("shorter than it was");
        let in_vain = peer == through || member.node.is_none() || !self.can_reach(peer, through);
        let ask = async |node: &Node| node.join().join(AskJoin { link: link.clone() }).await;
        for _ in 1..JOIN_TRIES {
            match self.ask(peer, ask) {
                Err(Answer::Unknown) if in_vain => return Answer::Refused(Refused::Unreachable),
                Err(Answer::Unknown) => {}
                told => return done(told),
            }
        }
        done(self.ask(peer, ask))
    }

    pub fn say(&mut self, peer: usize, space: usize, text: Text) -> Answer {
        let (space, say) = (self.spaces[space].to_string(), said(text));
        done(self.ask(peer, async |node| node.chat().say(&space, say).await))
    }

    pub fn say_and_crash(&mut self, peer: usize, space: usize, text: Text, after: Duration) -> Answer {
        let (space, say) = (self.spaces[space].to_string(), said(text));
        let told = self.ask(peer, async |node| {
            let down_at = Instant::now() + after;
            let told = timeout(after, node.chat().say(&space, say)).await;
            sleep_until(down_at).await;
            if let Ok(Err(problem)) = told { Err(problem) } else { Ok(()) }
        });
        self.crash(peer);
        told.err().unwrap_or(Answer::Unknown)
    }

    pub fn leave(&mut self, peer: usize, space: usize) -> Answer {
        let space = self.spaces[space].to_string();
        done(self.ask(peer, async |node| node.spaces().leave(&space).await))
    }

    /// What a peer shows of a space.
    pub fn shown(&self, peer: usize, space: usize) -> Option<View> {
        let node = self.peers[peer].node.as_ref()?;
        let space = node.core().space(*self.spaces.get(space)?)?;
        let number = |person: &PersonId| self.numbers[person];
        let members = space.members().iter().map(|member| number(&member.person)).collect();
        let id = space.id().to_string();
        let messages = self.time.block_on(node.chat().messages(&id, Read::default())).ok()?;
        let told = messages.iter().map(|message| {
            let author: PersonId = message.author_id.parse().expect("a person's id");
            (number(&author), message.text.parse().expect("only numbers were said"))
        });
        Some(View { members, messages: told.collect() })
    }
}

fn said(text: Text) -> Say {
    Say { text: text.to_string(), reply_to: None, attach: Vec::new() }
}

fn done<T>(told: Result<T, Answer>) -> Answer {
    told.err().unwrap_or(Answer::Done)
}
