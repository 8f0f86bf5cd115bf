//! Reading from the store what a partner asked for.

use proto::{
    log::{Range, Run},
    sync::Read,
};
use store::{Error, Reader};

use crate::shared::Core;

/// The runs that answer a read, and the places they cover; none if there is nothing.
pub(super) fn read(core: &Core, read: &Read) -> Vec<(Range, Run)> {
    let runs = core.store.read(|reader| if read.proof { proof(reader, read) } else { one(reader, read) });
    runs.unwrap_or_else(|error| {
        tracing::warn!(%error, "what others asked for could not be read");
        Vec::new()
    })
}

fn one(reader: &Reader<'_>, read: &Read) -> Result<Vec<(Range, Run)>, Error> {
    let outline = reader.outline(&read.space, &read.log, read.window())?;
    let Some(range) = read.cut(&outline) else { return Ok(Vec::new()) };
    let ops = reader.ops(&read.space, &read.log, range)?;
    Ok(Run::new(&ops).map(|run| (range, run)).into_iter().collect())
}

/// Both histories of a log that forks: what is held from the fork to the next signature, and its rival.
fn proof(reader: &Reader<'_>, read: &Read) -> Result<Vec<(Range, Run)>, Error> {
    let forks = reader.forks(&read.space)?;
    let Some(fork) = forks.into_iter().find(|fork| fork.log == read.log) else { return Ok(Vec::new()) };
    let Ok(rival) = minicbor::decode::<Run>(&fork.proof) else { return Ok(Vec::new()) };
    let Some(end) = reader.signed_from(&read.space, &read.log, fork.seq)? else { return Ok(Vec::new()) };
    let range = Range::new(fork.seq, end);
    let held = Run::new(&reader.ops(&read.space, &read.log, range)?);
    let rival_range = Range::new(fork.seq, fork.seq + rival.len() as u64 - 1);
    Ok(held.map(|held| vec![(range, held), (rival_range, rival)]).unwrap_or_default())
}
