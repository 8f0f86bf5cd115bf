//! Getting a blob from whoever has it: one holder at a time, the next one when that fails.
//!
//! What has come is kept at once, so that whatever ends this (a kill, a lost link, a holder that goes) costs at most
//! what was on the way. This is where several holders at once, piece by piece, will be scheduled: [`Fetcher::fetch`] is
//! given all holders and hides which of them gave what.

use std::{collections::BTreeMap, net::SocketAddr, ops::Range, sync::Arc, time::Duration};

use net::{
    Key,
    blobs::{Blobs, FetchError, Hash, StoreError},
};
use tokio::time::{Instant, sleep};

use super::{links::Links, progress::Teller};

/// How long somebody who has the blob is waited for before giving up; the same command goes on where it was.
pub const WAIT: Duration = Duration::from_secs(30);

/// How often it is looked whether somebody has come online meanwhile.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A holder that failed is asked again after so long, should it be the only one.
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// If those who are online still do not give after so long, they will not.
const GIVE_UP_AFTER: Duration = Duration::from_secs(6);

/// Somebody who may have a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its key.
    pub key: Key,
    /// Where it may be; the local network is asked besides.
    pub addrs: Vec<SocketAddr>,
    /// What it is called.
    pub name: String,
}

/// Who may have blobs at the moment, the best to ask first. Asked again while nobody gives.
pub type Holders = Arc<dyn Fn() -> Vec<Holder> + Send + Sync>;

/// Why a blob was not got.
#[derive(Debug, thiserror::Error)]
pub enum GetError {
    /// Nobody who may have it is online.
    #[error("nobody who may have it is online")]
    Nobody,
    /// Those who are online did not give it, and why.
    #[error("nobody gave it: {}", .0.iter().map(|(name, why)| format!("{name}: {why}")).collect::<Vec<_>>().join("; "))]
    Refused(BTreeMap<String, String>),
    /// Our own store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gets blobs from holders.
#[derive(Clone)]
pub struct Fetcher {
    /// Where they are kept.
    pub blobs: Blobs,
    /// The way to the holders.
    pub links: Arc<Links>,
    /// Who they are.
    pub holders: Holders,
    /// Who is told.
    pub teller: Arc<Teller>,
}

impl Fetcher {
    /// Brings these byte ranges of a blob here. Protect it first.
    pub async fn fetch(&self, hash: Hash, ranges: &[Range<u64>]) -> Result<(), GetError> {
        let status = self.blobs.status(hash).await?;
        self.teller.here(held_of(&status.held, ranges));
        if status.complete || ranges.iter().all(|range| status.holds(range)) {
            return Ok(());
        }
        let mut since = Instant::now();
        let mut failed: BTreeMap<Key, Failure> = BTreeMap::new();
        loop {
            let holders = (self.holders)();
            let may_give =
                |holder: &Holder| failed.get(&holder.key).is_none_or(|failure| failure.at.elapsed() >= AGAIN_AFTER);
            let Some(holder) = holders.iter().find(|holder| may_give(holder)) else {
                let hopeless = failed.values().any(|failure| failure.at.duration_since(since) >= GIVE_UP_AFTER);
                if hopeless || since.elapsed() >= WAIT {
                    return Err(refused(failed));
                }
                self.teller.step("waiting");
                sleep(LOOK_EVERY).await;
                continue;
            };
            let (outcome, came) = self.from(holder, hash, ranges).await?;
            if came > 0 {
                (since, failed) = (Instant::now(), BTreeMap::new());
            }
            let Err(why) = outcome else { return Ok(()) };
            tracing::debug!(%hash, holder = %holder.name, %why, "a holder did not give a blob");
            failed.insert(holder.key, Failure { at: Instant::now(), name: holder.name.clone(), why });
        }
    }

    /// From one holder: what it came to (an inner error is the holder's fault, the outer one ours), and the bytes that came.
    async fn from(
        &self,
        holder: &Holder,
        hash: Hash,
        ranges: &[Range<u64>],
    ) -> Result<(Result<(), String>, u64), StoreError> {
        let link = match self.links.to(holder.key, &holder.addrs).await {
            Ok(link) => link,
            Err(error) => return Ok((Err(error.to_string()), 0)),
        };
        self.teller.step("fetching");
        self.teller.from([holder.name.clone()]);
        let mut came = 0;
        let progress = |bytes: u64| {
            self.teller.fetched(bytes.saturating_sub(came));
            came = came.max(bytes);
        };
        let outcome = match self.blobs.fetch(&link, hash, ranges, progress).await {
            Ok(_) => Ok(()),
            Err(FetchError::Store(error)) => return Err(error),
            Err(error) => Err(error.to_string()),
        };
        Ok((outcome, came))
    }
}

/// How many bytes of the ranges are held.
fn held_of(held: &[Range<u64>], ranges: &[Range<u64>]) -> u64 {
    let both =
        |held: &Range<u64>, range: &Range<u64>| held.end.min(range.end).saturating_sub(held.start.max(range.start));
    held.iter().flat_map(|held| ranges.iter().map(move |range| both(held, range))).sum()
}

/// A holder that did not give.
struct Failure {
    at: Instant,
    name: String,
    why: String,
}

fn refused(failed: BTreeMap<Key, Failure>) -> GetError {
    if failed.is_empty() {
        return GetError::Nobody;
    }
    GetError::Refused(failed.into_values().map(|failure| (failure.name, failure.why)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_of_some_ranges_is_counted_once() {
        let wanted = [5..25, 28..40];
        assert_eq!(held_of(&[0..10, 20..30], &wanted), 5 + 5 + 2);
        assert_eq!(held_of(&[], &wanted), 0);
    }
}
