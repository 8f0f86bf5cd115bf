//! Where peers may be found: what we say, what we hear, what we pass on. Members' addresses to members only.

use std::{collections::BTreeSet, sync::Arc};

use proto::{
    id::PeerId,
    session::{Frame, MAX_ADDRESSES, MAX_WHEREABOUTS, Whereabouts},
    sync::Spaces,
};
use store::people::Address;

use super::{
    run::{End, Running},
    spread::News,
    view::{View, member_peers},
};
use crate::{people, shared::Core};

impl Running {
    /// At the beginning: where we are, and where those are that we are connected to.
    pub(super) fn say_where_they_are(&mut self) -> Result<(), End> {
        let core = &self.core;
        let mut all = vec![Whereabouts::new(core.me.peer, &core.net.addresses())];
        for peer in core.sessions.connected().iter().filter(|peer| **peer != self.partner.peer) {
            all.push(Whereabouts::new(*peer, &people::addresses_of(core, peer)));
        }
        self.pass_on_addresses(&all)
    }

    pub(super) fn pass_on_addresses(&mut self, all: &[Whereabouts]) -> Result<(), End> {
        let shared = self.members_shared();
        let theirs = |there: &&Whereabouts| {
            there.peer == self.core.me.peer || (there.peer != self.partner.peer && shared.contains(&there.peer))
        };
        let all: Vec<Whereabouts> =
            all.iter().filter(theirs).filter(|there| !there.addresses.is_empty()).cloned().collect();
        let mut pages = all.chunks(MAX_WHEREABOUTS);
        pages.try_for_each(|page| Ok(self.outbox.send(&Frame::Addresses(page.to_vec()))?))
    }

    /// The peers of members of spaces shared with the partner.
    fn members_shared(&self) -> BTreeSet<PeerId> {
        let spaces = View(&self.core).shared_with(self.partner.peer);
        spaces.into_iter().flat_map(|space| member_peers(&self.core, space)).collect()
    }

    /// The partner says where it and others are: kept, and what is news is passed on.
    pub(super) fn heard_addresses(&mut self, all: Vec<Whereabouts>) -> Result<(), End> {
        let shared = self.members_shared();
        let fit = |there: &Whereabouts| there.peer == self.partner.peer || shared.contains(&there.peer);
        let all: Vec<Whereabouts> = all.into_iter().filter(fit).collect();
        if !all.is_empty() {
            let (core, partner, number) = (self.core.clone(), self.partner.peer, self.number);
            self.core.tasks.spawn(keep(core, all, partner, number));
        }
        Ok(())
    }
}

async fn keep(core: Arc<Core>, all: Vec<Whereabouts>, partner: PeerId, number: u64) {
    let now = core.now();
    let written = core.store.write(move |tx| {
        let mut news = Vec::new();
        for there in all {
            let source = if there.peer == partner { people::SAID_ITSELF } else { people::MEMBER };
            let known: Vec<String> = tx.addresses(&there.peer)?.into_iter().map(|known| known.address).collect();
            let mut new = there.peer == partner;
            for address in there.dialable().take(MAX_ADDRESSES).map(|address| address.to_string()) {
                let heard = !known.contains(&address);
                new |= heard;
                if heard || source == people::SAID_ITSELF {
                    tx.put_address(&there.peer, &Address { address, source, seen: now })?;
                }
            }
            if new {
                news.push(there);
            }
        }
        Ok(news)
    });
    let Ok(news) = written.await else { return };
    if !news.is_empty() {
        news.iter().for_each(|there| core.sessions.state().dials.heard_of(there.peer));
        core.sessions.tell(Some(number), &News::Addresses(Arc::new(news)));
        core.sessions.wake.notify_one();
    }
}
