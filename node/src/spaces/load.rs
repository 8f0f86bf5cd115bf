//! A replica from the store.

use proto::{
    id::{PeerId, SpaceId},
    key::Ed25519,
    log::{Area, Run},
    space::{EpochSecret, Fault, FaultKind, LoadError, Replica, Saved},
};
use store::{Error, Reader, ops::Fork};

use super::lookup::{Flight, Stored};

/// The replica of a space from what is stored of it.
pub(super) fn load(reader: &Reader<'_>, space: SpaceId, me: PeerId) -> Result<Replica, Error> {
    let saved = saved(reader, &space)?;
    let flight = Flight::default();
    let stored = Stored::new(reader, space, &flight);
    let replica = Replica::load(space, me, saved, &Ed25519, &stored);
    stored.trouble()?;
    replica.map_err(|error: LoadError| Error::Damaged(format!("space {}: {error}", space.short())))
}

fn saved(reader: &Reader<'_>, space: &SpaceId) -> Result<Saved, Error> {
    let logs = reader.logs(space)?.into_iter().filter(|held| held.log.log.area != Area::AUTH);
    let secrets = reader.epochs(space)?.into_iter().map(|(id, secret)| (id, EpochSecret::from_bytes(secret)));
    Ok(Saved {
        auth: reader.auth_ops(space)?,
        logs: logs.map(|held| (held.log, held.places)).collect(),
        faults: reader.forks(space)?.into_iter().map(fault_of).collect::<Result<_, _>>()?,
        awaits: reader.awaits(space)?,
        secrets: secrets.collect(),
    })
}

/// As the store keeps it: the rival run's bytes, or none for a log that is untimely.
pub(super) fn fork_of(fault: &Fault) -> Fork {
    let proof = match &fault.kind {
        FaultKind::Fork { rival } => Run::new(rival).map(|run| minicbor::to_vec(run).expect("memory")),
        FaultKind::Untimely => None,
    };
    Fork { log: fault.log, seq: fault.seq, proof: proof.unwrap_or_default() }
}

fn fault_of(fork: Fork) -> Result<Fault, Error> {
    let kind = if fork.proof.is_empty() { FaultKind::Untimely } else { FaultKind::Fork { rival: rival_of(&fork)? } };
    Ok(Fault { log: fork.log, seq: fork.seq, kind })
}

fn rival_of(fork: &Fork) -> Result<Vec<proto::log::Op>, Error> {
    let damaged = |_| Error::Damaged("the proof of a fork cannot be read back".into());
    let run: Run = minicbor::decode(&fork.proof).map_err(|_| damaged(()))?;
    run.open(&Ed25519).map_err(|_| damaged(()))
}
