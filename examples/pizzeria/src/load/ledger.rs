//! The account that a load keeps: how many requests, how they ended, and the first failures in words.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::latency::Latencies;

/// Failures that are kept in words; the rest are only counted.
const EXAMPLES: usize = 5;

/// How a load has fared so far.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Requests that ended, well or badly.
    pub requests: u64,
    /// Of those: not answered 2xx, connection refused or broken, or no answer in time.
    pub failed: u64,
    /// Half of the good answers took no longer than this, counted from when the request was due.
    pub p50: Duration,
    /// Nineteen in twenty took no longer.
    pub p95: Duration,
    /// Ninety-nine in a hundred took no longer.
    pub p99: Duration,
    /// Answers by the version that gave them (the `x-version` header), good and bad.
    pub versions: BTreeMap<String, u64>,
    /// The WebSockets that were kept open.
    pub sockets: SocketCounts,
    /// Since the load began.
    pub elapsed: Duration,
}

/// How the WebSockets fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SocketCounts {
    /// Times one was opened.
    pub opened: u64,
    /// Messages that came.
    pub messages: u64,
    /// Times the server said goodbye with a close frame; the client then opens another.
    pub goodbyes: u64,
    /// Times one ended without a close frame.
    pub cut: u64,
    /// Times one could not be opened.
    pub refused: u64,
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When its end was seen.
    pub at: SystemTime,
    /// The same, since the load began.
    pub after: Duration,
    /// What happened: `GET /menu answered 503 Service Unavailable`.
    pub what: String,
}

/// How a whole load fared.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// The figures.
    pub counts: Counts,
    /// The first failures, oldest first, at most five.
    pub examples: Vec<Failure>,
    /// The last failure.
    pub last_failure: Option<Failure>,
}

#[derive(Debug, Default)]
struct Entries {
    counts: Counts,
    latencies: Latencies,
    examples: Vec<Failure>,
    last_failure: Option<Failure>,
}

/// The account, shared by all requests of a load.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Entries>);

impl Ledger {
    fn write(&self, change: impl FnOnce(&mut Entries)) {
        change(&mut self.0.lock().expect("no writer panics"));
    }

    pub(super) fn answered(&self, latency: Duration, version: Option<&str>) {
        self.write(|entries| {
            entries.counts.requests += 1;
            entries.latencies.record(latency);
            count_version(&mut entries.counts, version);
        });
    }

    pub(super) fn failed(&self, failure: Failure, version: Option<&str>) {
        self.write(|entries| {
            entries.counts.requests += 1;
            entries.counts.failed += 1;
            count_version(&mut entries.counts, version);
            if entries.examples.len() < EXAMPLES {
                entries.examples.push(failure.clone());
            }
            entries.last_failure = Some(failure);
        });
    }

    pub(super) fn socket(&self, change: impl FnOnce(&mut SocketCounts)) {
        self.write(|entries| change(&mut entries.counts.sockets));
    }

    pub(super) fn summary(&self, elapsed: Duration) -> Summary {
        let entries = self.0.lock().expect("no writer panics");
        let quantile = |share| entries.latencies.quantile(share);
        Summary {
            counts: Counts {
                p50: quantile(0.5),
                p95: quantile(0.95),
                p99: quantile(0.99),
                elapsed,
                ..entries.counts.clone()
            },
            examples: entries.examples.clone(),
            last_failure: entries.last_failure.clone(),
        }
    }
}

fn count_version(counts: &mut Counts, version: Option<&str>) {
    if let Some(version) = version {
        *counts.versions.entry(version.to_owned()).or_default() += 1;
    }
}
