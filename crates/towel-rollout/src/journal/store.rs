//! `Journal`: the open file, shared by whoever needs it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{JournalError, schema};

/// How long one towel waits for another that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// The open journal; a clone is the same one.
///
/// Its calls block for as long as one small commit takes. They are made from async code all the
/// same: a rollout must not go on before its step is on disk.
#[derive(Clone)]
pub struct Journal {
    connection: Arc<Mutex<Connection>>,
}

impl Journal {
    /// Opens the journal at `path`, or begins one there; its folder must exist.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let opening = |source| JournalError::Store { doing: "opened", source };
        let connection = Connection::open(path).map_err(opening)?;
        // A torn write leaves the state before it, and a commit is on the disk when it returns.
        connection.pragma_update(None, "journal_mode", "WAL").map_err(opening)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(opening)?;
        Self::prepare(connection)
    }

    /// A journal that is gone with the process.
    pub fn in_memory() -> Result<Self, JournalError> {
        let opening = |source| JournalError::Store { doing: "opened", source };
        Self::prepare(Connection::open_in_memory().map_err(opening)?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, JournalError> {
        let opening = |source| JournalError::Store { doing: "opened", source };
        connection.busy_timeout(PATIENCE).map_err(opening)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(opening)?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Reads; sees what was committed last.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        read(&self.connection()).map_err(JournalError::reading)
    }

    /// Writes all of it or nothing.
    pub(super) fn write<T>(
        &self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, JournalError> {
        let mut connection = self.connection();
        let change =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(JournalError::writing)?;
        let written = write(&change).map_err(JournalError::writing)?;
        change.commit().map_err(JournalError::writing)?;
        Ok(written)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // SQLite rolls a broken-off transaction back by itself, so a panic elsewhere left no harm.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on every write is refused, and every read still answered.
    #[cfg(test)]
    pub(crate) fn refuse_writes(&self, refused: bool) {
        self.connection().pragma_update(None, "query_only", refused).unwrap();
    }

    /// From now on the file may not grow, as on a full disk.
    #[cfg(test)]
    pub(crate) fn fill_disk(&self, full: bool) {
        let connection = self.connection();
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        let most = if full { pages } else { 1_000_000 };
        connection.pragma_update(None, "max_page_count", most).unwrap();
    }
}

pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the journal's types have string keys only")
}

pub(super) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|source| JournalError::Content { what, source })
}

/// A row's number as an id; SQLite's are signed, ours never negative.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
