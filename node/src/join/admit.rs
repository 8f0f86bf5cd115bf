//! Letting newcomers in. This door is open to strangers: bounded, capped, slow for whoever knocks often.

use std::{sync::Arc, time::Duration};

use net::Link;
use proto::{
    join::{Answer, Ask, MAX_MESSAGE_BYTES},
    key::Ed25519,
    space::{AdmitError, Person, PersonProof, auth::InvitationState},
};
use tokio::{
    sync::{Mutex, Semaphore},
    time::Instant,
};

use crate::{
    shared::Core,
    spaces::{self, AppendError},
};

/// So many newcomers are spoken with at one time; more are told to come later.
const AT_ONCE: usize = 16;

/// How long a newcomer may take to ask.
const ASK_WITHIN: Duration = Duration::from_secs(10);

/// How long the answer may take to arrive.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// So many requests are looked at in a row, as when a link was posted to a crowd.
const BURST: u32 = 64;

/// After a burst one request is looked at that often: each may cost three signature checks and a write.
const EVERY: Duration = Duration::from_millis(100);

/// Where newcomers knock.
pub(crate) struct Door {
    places: Semaphore,
    budget: Mutex<(u32, Instant)>,
}

impl Door {
    pub(crate) fn new() -> Self {
        Self { places: Semaphore::new(AT_ONCE), budget: Mutex::new((BURST, Instant::now())) }
    }

    /// Speaks with whoever dialled this link.
    pub(crate) async fn accept(&self, core: Arc<Core>, link: Link) {
        let Ok(_place) = self.places.try_acquire() else { return link.close(net::code::BUSY, "busy") };
        let spoken = async {
            let mut stream = link.accept().await.ok()?;
            let question = tokio::time::timeout(ASK_WITHIN, stream.recv(MAX_MESSAGE_BYTES)).await.ok()?.ok()??;
            let answer = if self.has_budget().await { answer(&core, &link, &question).await } else { Answer::Busy };
            stream.send(&answer.to_bytes()).await.ok()?;
            stream.finish();
            tokio::time::timeout(ANSWERED_WITHIN, stream.writer.acknowledged()).await.ok()
        };
        let _ = tokio::time::timeout(ASK_WITHIN + ANSWERED_WITHIN, spoken).await;
        link.close(net::code::DONE, "");
    }

    /// Takes one request from the budget, which refills with time.
    async fn has_budget(&self) -> bool {
        let mut budget = self.budget.lock().await;
        let refilled = u32::try_from(budget.1.elapsed().as_millis() / EVERY.as_millis()).unwrap_or(BURST);
        if refilled > 0 {
            *budget = (budget.0.saturating_add(refilled).min(BURST), Instant::now());
        }
        budget.0 = match budget.0.checked_sub(1) {
            Some(left) => left,
            None => return false,
        };
        true
    }
}

/// What to say to a newcomer's bytes.
async fn answer(core: &Arc<Core>, link: &Link, question: &[u8]) -> Answer {
    let Ok(ask) = Ask::from_bytes(question) else { return Answer::Invalid };
    let Some(held) = core.held(ask.request.wish.space) else { return Answer::Unknown };
    if !ask.request.holds(&Ed25519) {
        return Answer::Invalid;
    }
    let proven = ask.proof.verify(&Ed25519).ok().filter(|proven| fits(proven, &ask, link));
    let Some(proven) = proven else { return Answer::Invalid };
    let blocked = core.store.read(|reader| reader.person(&proven.person));
    if blocked.is_ok_and(|known| known.is_some_and(|known| known.blocked)) {
        return Answer::Unknown;
    }
    let admitted = spaces::write(core, &held, true, |replica, writer| {
        Ok::<_, Refused>(replica.admit(&ask.request, &ask.proof, &Ed25519, writer)?)
    });
    match admitted.await {
        Ok(_) => remember(core, &proven, &ask.proof).await,
        Err(Refused::Admit(error)) => refusal(error),
        Err(Refused::Append(error)) => {
            tracing::warn!(%error, "a newcomer could not be let in");
            Answer::Busy
        }
    }
}

/// Whether request, proof and the link's key are of one peer.
fn fits(proven: &Person, ask: &Ask, link: &Link) -> bool {
    let wish = &ask.request.wish;
    proven.peer.0 == link.key().0 && wish.peer == proven.peer && wish.person == proven.person
}

/// Keeps who the newcomer is, so that a session with it is accepted at once.
async fn remember(core: &Core, proven: &Person, proof: &PersonProof) -> Answer {
    let (proven, proof) = (*proven, minicbor::to_vec(proof).expect("writing to memory cannot fail"));
    match core.store.write(move |tx| spaces::keep_proof(tx, &proven, &proof)).await {
        Ok(()) => Answer::Welcome,
        Err(_) => Answer::Busy,
    }
}

/// Why nobody was let in.
enum Refused {
    Admit(AdmitError),
    Append(AppendError),
}

impl From<AdmitError> for Refused {
    fn from(error: AdmitError) -> Self {
        Self::Admit(error)
    }
}

impl From<AppendError> for Refused {
    fn from(error: AppendError) -> Self {
        Self::Append(error)
    }
}

fn refusal(error: AdmitError) -> Answer {
    match error {
        AdmitError::Unknown => Answer::Unknown,
        AdmitError::State(InvitationState::UsedUp) => Answer::UsedUp,
        AdmitError::State(InvitationState::Expired) => Answer::Expired,
        AdmitError::State(InvitationState::Withdrawn | InvitationState::Orphaned) => Answer::Withdrawn,
        AdmitError::State(InvitationState::Good) | AdmitError::Compose(_) => Answer::Busy,
        AdmitError::BadRequest => Answer::Invalid,
        AdmitError::Removed => Answer::Removed,
    }
}
