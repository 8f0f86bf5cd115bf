//! Moments and counts as SQLite's integers.

use proto::time::Time;
use rusqlite::Row;

/// Moments beyond the year 294,000 are kept as that.
pub(crate) fn column(time: Time) -> i64 {
    number(time.0)
}

/// Counts beyond 2^63 are kept as that.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The moment in a column.
pub(crate) fn time_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Time> {
    Ok(Time(row.get::<_, i64>(column)?.cast_unsigned()))
}

/// The moment in a column that may be empty.
pub(crate) fn maybe_time_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Time>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(|micros| Time(micros.cast_unsigned())))
}
