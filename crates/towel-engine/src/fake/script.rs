//! How the instances of a version behave.

use std::time::Duration;

/// What an instance does from its start on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Becomes ready after this time and stays so.
    ReadyAfter(Duration),
    /// Lives, but its readiness probe never passes.
    NeverReady,
    /// Its process ends a moment after each start.
    ExitsAtOnce,
    /// Becomes ready, then its process ends; and again after each start.
    Crashes {
        /// From the start until ready.
        ready: Duration,
        /// From ready until the end.
        lives: Duration,
    },
    /// Becomes ready, then turns from ready to unready and back.
    Flaps {
        /// From the start until first ready.
        ready: Duration,
        /// From one turn to the next.
        every: Duration,
    },
    /// Cannot be started at all, for this reason.
    Fails(String),
}

impl Default for Behaviour {
    fn default() -> Self {
        Self::ReadyAfter(Duration::from_secs(1))
    }
}
