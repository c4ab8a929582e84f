//! The answer of `GET /stats`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::epochs::Epochs;
use super::histogram::upper_bound;
use super::tally::Tally;

/// What was counted since this process started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// Random for each process, so that a reader sees that counters began at zero again.
    pub boot: u64,
    /// Of the table in force; 0 before the first.
    pub generation: u64,
    /// By name.
    pub backends: BTreeMap<String, BackendStats>,
}

/// What was counted for a backend.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BackendStats {
    /// Requests, event streams and tunnels that are under way.
    pub in_flight: u64,
    /// Requests that wait for a target.
    pub held: u64,
    /// Oldest first; the last sixteen.
    pub epochs: Vec<EpochStats>,
}

/// What was counted under one split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochStats {
    /// As it stood in the table.
    pub epoch: u64,
    /// In the order in which they first appeared.
    pub versions: Vec<VersionStats>,
}

/// What was counted for one version under one split. Every number only grows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionStats {
    /// As it stood in the table.
    pub label: String,
    /// Requests routed by weight that ended.
    pub requests: u64,
    /// Of those: answered 5xx, not answered, or timed out.
    pub bad: u64,
    /// Seconds until good answers began, after the warm-up of their targets: upper bound and
    /// count of each bucket that is not empty, bounds rising, not cumulative. The bucket below
    /// such a one is there as well, if need be with no count, so that both bounds are known.
    pub latency: Vec<(f64, u64)>,
}

impl BackendStats {
    pub(crate) fn of(epochs: &Epochs, in_flight: u64, held: u64) -> Self {
        let epochs = epochs
            .0
            .iter()
            .map(|e| EpochStats { epoch: e.number, versions: e.tallies.iter().map(|t| version(t)).collect() })
            .collect();
        Self { in_flight, held, epochs }
    }
}

fn version(tally: &Tally) -> VersionStats {
    let sums = tally.sums();
    let counts = &sums.latency;
    let is_told = |bucket: &usize| counts[*bucket] > 0 || counts.get(bucket + 1).is_some_and(|above| *above > 0);
    let latency = (0..counts.len()).filter(is_told).map(|bucket| (upper_bound(bucket), counts[bucket])).collect();
    VersionStats { label: tally.label.clone(), requests: sums.requests, bad: sums.bad, latency }
}
