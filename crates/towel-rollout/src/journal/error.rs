//! Why the journal could not be read or written.

use super::Owner;

/// Why the journal could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// SQLite refused: the disk is full, the file is damaged, …
    #[error("the journal cannot be {doing}: {source}")]
    Store {
        /// `read`, `written`, `opened`.
        doing: &'static str,
        /// What SQLite answered.
        #[source]
        source: rusqlite::Error,
    },
    /// What stands in it cannot be understood.
    #[error("the journal holds a {what} that cannot be understood: {source}")]
    Content {
        /// What was being read.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A newer towel wrote it.
    #[error("the journal has version {found}, this towel knows versions up to {known}; use the newer towel")]
    Newer {
        /// Its version.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// Another towel that lives owns it.
    #[error("another towel (process {}) is at work here; stop it first", owner.pid)]
    Locked {
        /// Who.
        owner: Owner,
    },
}

impl JournalError {
    pub(super) fn reading(source: rusqlite::Error) -> Self {
        Self::Store { doing: "read", source }
    }

    pub(super) fn writing(source: rusqlite::Error) -> Self {
        Self::Store { doing: "written", source }
    }
}
