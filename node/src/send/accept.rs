//! The sender's side: strangers come with codes.

use std::{sync::PoisonError, time::Duration};

use net::{Link, Stream};
use proto::{
    id::{OfferId, PeerId},
    send::{Answer, Confirmation, Exchange, Keys, Offer, Outcome, Refusal, Request, Which},
};
use tokio::time::{Instant, timeout};

use super::{Door, SendError, Sends};

/// So many strangers are spoken with at once; more are turned away as busy.
pub(super) const AT_ONCE: usize = 16;

/// So many codes are tried with us in [`LATELY`], of all strangers together; more are turned away as busy.
const TRIES_LATELY: usize = 60;

/// See [`TRIES_LATELY`].
const LATELY: Duration = Duration::from_secs(60);

/// How long a stranger may take over what it has to say next.
const PATIENCE: Duration = Duration::from_secs(10);

/// A link is for one code, and for saying in the end that all has come: it carries at most so many streams.
const STREAMS: usize = 4;

/// How long a link may last: as long as nobody says anything that matters, not longer than this.
const LINK_TIME: Duration = Duration::from_secs(120);

impl Sends {
    /// Speaks with whoever dialled a [`net::Protocol::Send`] link.
    pub async fn accept(self, link: Link) {
        let Ok(_place) = self.door.at_once.clone().try_acquire_owned() else {
            return link.close(net::code::BUSY, "too many ask at present");
        };
        let peer = PeerId(link.key().0);
        let speaking = async {
            for _ in 0..STREAMS {
                let Ok(stream) = link.accept().await else { return };
                if let Err(error) = self.answer(peer, stream).await {
                    tracing::debug!(peer = %peer.short(), %error, "speaking about an offer ended early");
                }
            }
        };
        let _ = timeout(LINK_TIME, speaking).await;
    }

    async fn answer(&self, peer: PeerId, mut stream: Stream) -> Result<(), SendError> {
        match Request::from_bytes(&read(&mut stream).await?)? {
            Request::Redeem { which, pake } => self.prove(peer, which, pake, &mut stream).await,
            Request::Received(id) => {
                self.received(peer, id).await?;
                finish(&mut stream).await
            }
        }
    }

    async fn prove(
        &self,
        peer: PeerId,
        which: Which,
        pake: [u8; proto::send::PAKE_BYTES],
        stream: &mut Stream,
    ) -> Result<(), SendError> {
        let begun = if self.door.is_open() { self.asked_for(which, peer) } else { Err(Refusal::Busy) };
        let (id, password) = match begun {
            Ok(found) => found,
            Err(refusal) => return write(stream, &Answer::Refused(refusal).to_bytes()).await,
        };
        let sender = self.files.core.peer();
        let (exchange, ours) = Exchange::answer(&password, peer, sender, &mut self.files.core.dice.fork());
        write(stream, &Answer::Pake(ours).to_bytes()).await?;
        let shown = Confirmation::from_bytes(&read(stream).await?)?;
        let outcome = self.judge(id, which, peer, exchange.finish(&pake).ok(), &shown).await?;
        write(stream, &outcome.to_bytes()).await?;
        finish(stream).await
    }

    /// The offer asked for, and the password to prove.
    fn asked_for(&self, which: Which, peer: PeerId) -> Result<(OfferId, Vec<u8>), Refusal> {
        let offers = self.offers.lock();
        let mut asked = offers.iter().filter(|(_, open)| open.offer.is(which));
        let (id, open) = asked.next().ok_or(Refusal::Unknown)?;
        Ok((*id, open.offer.password(which, peer)?))
    }

    /// Whether the code was right. What comes of it is on the disk before it is said. Tries that were begun at the same time
    /// are judged one after the other, so that there are never more than are allowed.
    async fn judge(
        &self,
        id: OfferId,
        which: Which,
        peer: PeerId,
        keys: Option<Keys>,
        shown: &Confirmation,
    ) -> Result<Outcome, SendError> {
        let (offer, outcome) = {
            let mut offers = self.offers.lock();
            let Some(open) = offers.get_mut(&id) else { return Ok(Outcome::Refused(Refusal::Unknown)) };
            let outcome = judge(&mut open.offer, which, peer, keys, shown);
            (open.offer.clone(), outcome)
        };
        self.save(&offer).await?;
        self.tell(id);
        Ok(outcome)
    }

    /// Somebody has all of it: an offer that nobody more may have ends.
    async fn received(&self, peer: PeerId, id: OfferId) -> Result<(), SendError> {
        let noted = {
            let mut offers = self.offers.lock();
            let Some(open) = offers.get_mut(&id).filter(|open| open.offer.granted.contains(&peer)) else {
                return Ok(());
            };
            let ends = open.offer.note_received(peer);
            (open.offer.clone(), ends)
        };
        match noted {
            (_, true) => self.end(id).await,
            (offer, false) => {
                self.save(&offer).await?;
                self.tell(id);
                Ok(())
            }
        }
    }
}

fn judge(offer: &mut Offer, which: Which, peer: PeerId, keys: Option<Keys>, shown: &Confirmation) -> Outcome {
    if let Err(refusal) = offer.password(which, peer) {
        return Outcome::Refused(refusal);
    }
    let Some(keys) = keys.filter(|keys| shown.is(&keys.receiver())) else {
        return Outcome::Refused(offer.note_wrong(which));
    };
    match offer.grant(peer) {
        Ok(()) => Outcome::Granted { confirmation: keys.sender(), offer: offer.id(), what: offer.what },
        Err(refusal) => Outcome::Refused(refusal),
    }
}

impl Door {
    /// Counts one more try, unless there were too many lately.
    fn is_open(&self) -> bool {
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        while lately.front().is_some_and(|at| at.elapsed() > LATELY) {
            lately.pop_front();
        }
        let open = lately.len() < TRIES_LATELY;
        if open {
            lately.push_back(Instant::now());
        }
        open
    }
}

async fn read(stream: &mut Stream) -> Result<Vec<u8>, SendError> {
    super::receive::read(stream, PATIENCE).await
}

async fn write(stream: &mut Stream, bytes: &[u8]) -> Result<(), SendError> {
    super::receive::write(stream, bytes, PATIENCE).await
}

async fn finish(stream: &mut Stream) -> Result<(), SendError> {
    super::receive::finish(stream, PATIENCE).await
}
