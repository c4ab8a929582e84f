//! The journal's tables, and how older journals are brought up to date.

use rusqlite::Connection;

use super::JournalError;

/// Each brings a journal from the version that is its index to the next one.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE releases (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT NOT NULL,
        version TEXT NOT NULL,
        declaration TEXT NOT NULL,
        state TEXT NOT NULL,
        by TEXT NOT NULL,
        why TEXT,
        created TEXT NOT NULL
    );
    CREATE INDEX releases_of_service ON releases (service, id);

    CREATE TABLE services (
        name TEXT PRIMARY KEY,
        stable INTEGER REFERENCES releases (id),
        scale INTEGER,
        epoch INTEGER NOT NULL DEFAULT 0
    );

    CREATE TABLE rollouts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT NOT NULL,
        release INTEGER NOT NULL REFERENCES releases (id),
        request TEXT NOT NULL,
        plan TEXT,
        state TEXT,
        evidence TEXT,
        outcome TEXT,
        cause TEXT,
        requested TEXT NOT NULL,
        started TEXT,
        ended TEXT
    );
    CREATE INDEX rollouts_of_service ON rollouts (service, id);

    CREATE TABLE entries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        rollout INTEGER NOT NULL REFERENCES rollouts (id),
        at TEXT NOT NULL,
        moment TEXT NOT NULL,
        effect TEXT NOT NULL,
        fault TEXT
    );
    CREATE INDEX entries_of_rollout ON entries (rollout, id);

    CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        service TEXT NOT NULL,
        rollout INTEGER,
        kind TEXT NOT NULL,
        message TEXT NOT NULL
    );

    CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        by TEXT NOT NULL,
        service TEXT NOT NULL,
        what TEXT NOT NULL,
        why TEXT
    );

    CREATE TABLE lock (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        pid INTEGER NOT NULL,
        started TEXT NOT NULL
    );
"];

/// Brings the tables up to date, all or nothing.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), JournalError> {
    let known = i64::try_from(MIGRATIONS.len()).expect("there are few migrations");
    let change = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(JournalError::writing)?;
    let found: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(JournalError::reading)?;
    if found > known {
        return Err(JournalError::Newer { found, known });
    }
    for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        change.execute_batch(migration).map_err(JournalError::writing)?;
    }
    change.pragma_update(None, "user_version", known).map_err(JournalError::writing)?;
    change.commit().map_err(JournalError::writing)
}
