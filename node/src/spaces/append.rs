//! Writing one's own.

use std::sync::Arc;

use proto::{
    key::Ed25519,
    log::{LogId, Op},
    space::{ComposeError, Composed, Hpke, Replica, Writer},
};

use super::{
    commit::{self, Batch, Before, Begun},
    handle::AppendError,
    held::Held,
};
use crate::shared::Core;

/// Lets `make` compose ops of one's own, and queues their write before anybody else can compose.
fn begin<E>(
    core: &Arc<Core>,
    held: &Arc<Held>,
    auth: bool,
    make: impl FnOnce(&mut Replica, &mut Writer<'_>) -> Result<Composed, E>,
) -> Result<(Vec<Op>, Option<Begun>), E>
where
    E: From<AppendError>,
{
    core.may_write().map_err(E::from)?;
    let mut rng = core.dice.fork();
    let mut locked = held.lock();
    let inner = locked.writable().map_err(|error| E::from(AppendError::Store(error)))?;
    // Writing may mint an epoch, which is an auth op.
    let before = Before::of(inner, auth);
    let mut writer = Writer { now: core.now(), signer: &core.me.signer, wrap: &Hpke, rng: &mut rng };
    let composed = make(&mut inner.replica, &mut writer)?;
    if composed.ops.is_empty() {
        return Ok((Vec::new(), None));
    }
    let auth = Batch::has_auth(&composed.ops);
    let ops = composed.ops.clone();
    let batch = Batch { ops: composed.ops, secrets: composed.minted, auth, own: true, ..Batch::default() };
    Ok((ops, Some(commit::begin(core, held.id, inner, before, batch))))
}

/// Composes, stores and spreads ops of one's own. They last when this returns; dropping the future does not take them back.
pub(crate) async fn write<E>(
    core: &Arc<Core>,
    held: &Arc<Held>,
    auth: bool,
    make: impl FnOnce(&mut Replica, &mut Writer<'_>) -> Result<Composed, E>,
) -> Result<Vec<Op>, E>
where
    E: From<AppendError>,
{
    let (ops, begun) = begin(core, held, auth, make)?;
    let Some(begun) = begun else { return Ok(ops) };
    let finishing = core.tasks.spawn(commit::finish(core.clone(), held.clone(), begun, None));
    let done = finishing.await.unwrap_or(Err(store::Error::Closed));
    done.map_err(|error| E::from(AppendError::Store(error)))?;
    Ok(ops)
}

/// Composes bodies for one of one's own logs; returns their ops only, not the epochs that were minted for them.
pub(super) async fn bodies(
    core: &Arc<Core>,
    held: &Arc<Held>,
    log: LogId,
    bodies: Vec<Vec<u8>>,
) -> Result<Vec<Op>, AppendError> {
    let written = write(core, held, false, |replica, writer| compose_all(replica, log, &bodies, writer)).await;
    if matches!(written, Err(AppendError::Behind)) {
        core.found_behind();
    }
    Ok(written?.into_iter().filter(|op| op.header.log == log).collect())
}

/// All or none: what is too long is refused before anything is composed.
fn compose_all(
    replica: &mut Replica,
    log: LogId,
    bodies: &[Vec<u8>],
    writer: &mut Writer<'_>,
) -> Result<Composed, AppendError> {
    if bodies.iter().any(|body| body.len() > proto::space::MAX_PLAIN_BYTES) {
        return Err(AppendError::TooLong);
    }
    let mut all = Composed::default();
    for body in bodies {
        let composed = replica.compose(log, body, writer)?;
        all.ops.extend(composed.ops);
        all.minted.extend(composed.minted);
    }
    Ok(all)
}

impl From<ComposeError> for AppendError {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::NotMember | ComposeError::NotAllowed => Self::NotAllowed,
            ComposeError::TooLong => Self::TooLong,
            ComposeError::Forked | ComposeError::Behind => Self::Behind,
        }
    }
}

/// Gives this peer's new key to a space that knows its former one; nothing is to be done where the new one is known.
pub(super) async fn add_self(core: &Arc<Core>, held: &Arc<Held>) -> Result<(), AppendError> {
    let certificate = {
        let inner = held.lock();
        let Some(members) = inner.replica.membership() else { return Ok(()) };
        if members.peers.contains_key(&core.me.peer) {
            return Ok(());
        }
        core.me.vouched_for(|peer| members.peers.contains_key(peer))
    };
    let Some(certificate) = certificate else { return Ok(()) };
    write(core, held, true, |replica, writer| Ok(replica.add_peer(certificate, &Ed25519, writer)?)).await.map(drop)
}
