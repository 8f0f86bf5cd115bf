//! The secrets of the spaces' epochs, all that were ever known.

use proto::id::{EpochId, SpaceId};

use crate::{Error, Reader, Tx};

pub(crate) const TABLES: &str = "
CREATE TABLE epochs (
    space BLOB NOT NULL,
    epoch BLOB NOT NULL,
    secret BLOB NOT NULL,
    PRIMARY KEY (space, epoch)
) STRICT, WITHOUT ROWID;
";

impl Reader<'_> {
    /// All epochs of a space whose secret is known, by id.
    pub fn epochs(&self, space: &SpaceId) -> Result<Vec<(EpochId, [u8; 32])>, Error> {
        let sql = "SELECT epoch, secret FROM epochs WHERE space = ?1 ORDER BY epoch";
        self.all(sql, [space.0], |row| Ok((EpochId(row.get(0)?), row.get(1)?)))
    }

    /// The secret of one epoch, if it is known.
    pub fn epoch(&self, space: &SpaceId, epoch: &EpochId) -> Result<Option<[u8; 32]>, Error> {
        let sql = "SELECT secret FROM epochs WHERE space = ?1 AND epoch = ?2";
        self.one(sql, (space.0, epoch.0), |row| row.get(0))
    }
}

impl Tx<'_> {
    /// Keeps an epoch's secret; returns whether it was new.
    pub fn put_epoch(&mut self, space: &SpaceId, epoch: &EpochId, secret: &[u8; 32]) -> Result<bool, Error> {
        let sql = "INSERT OR IGNORE INTO epochs (space, epoch, secret) VALUES (?1, ?2, ?3)";
        Ok(self.run(sql, (space.0, epoch.0, secret))? > 0)
    }
}
