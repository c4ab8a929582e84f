//! Counters of the whole process.

use std::sync::atomic::{AtomicU64, Ordering};

/// Connections and what went wrong with them.
#[derive(Debug, Default)]
pub(crate) struct ProcessMetrics {
    /// Accepted since the start.
    pub(crate) accepted: Counter,
    /// Accepting failed, mostly for want of file descriptors.
    pub(crate) accept_failures: Counter,
    /// TLS handshakes that failed or took too long.
    pub(crate) handshake_failures: Counter,
    /// Requests that were refused because they were malformed.
    pub(crate) malformed: Counter,
    /// Requests for which there is no route.
    pub(crate) unrouted: Counter,
    /// Clients that went away before their answer was complete.
    pub(crate) clients_gone: Counter,
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
