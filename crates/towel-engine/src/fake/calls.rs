//! What was asked of the fake engine, and which of it is made to fail.

use crate::ReleaseId;

/// A call that changes something (or may refuse to); looking is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// `preflight`.
    Preflight {
        /// The service.
        service: String,
        /// The version.
        version: String,
    },
    /// `apply`.
    Apply {
        /// The service.
        service: String,
        /// The release.
        release: ReleaseId,
        /// How many instances it shall have.
        replicas: u32,
    },
    /// `restart`.
    Restart {
        /// The service.
        service: String,
        /// The release.
        release: ReleaseId,
    },
    /// `run_once`.
    RunOnce {
        /// The service.
        service: String,
        /// The command as it was written.
        command: String,
    },
}

/// How a call is made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It is refused, and nothing was done.
    Before,
    /// It was done, and yet an error comes back.
    After,
    /// It never returns, and nothing was done.
    Hang,
}
