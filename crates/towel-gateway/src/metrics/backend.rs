//! Counters of backends and of their versions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the duration histogram in seconds; Prometheus' usual ones.
pub(crate) const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Why an attempt was made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum RetryReason {
    /// The target could not be connected to.
    Connect,
    /// A kept connection turned out to be closed.
    Stale,
    /// The version answered with an error.
    Status,
    /// The version did not answer in time.
    Timeout,
    /// The target was being stopped and had not begun to answer.
    Drain,
    /// The version broke the connection or the protocol.
    Broken,
}

impl RetryReason {
    pub(crate) const ALL: [(Self, &'static str); 6] = [
        (Self::Connect, "connect"),
        (Self::Stale, "stale"),
        (Self::Status, "status"),
        (Self::Timeout, "timeout"),
        (Self::Drain, "drain"),
        (Self::Broken, "broken"),
    ];
}

/// Counters of a backend that belong to no version.
#[derive(Debug, Default)]
pub(crate) struct BackendMetrics {
    held: AtomicU64,
    held_total: AtomicU64,
    rate_limited: AtomicU64,
    retries: [AtomicU64; RetryReason::ALL.len()],
    /// Answers that the gateway gave itself, by class of status.
    own: [AtomicU64; 5],
}

impl BackendMetrics {
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    pub(crate) fn held_total(&self) -> u64 {
        self.held_total.load(Ordering::Relaxed)
    }

    pub(crate) fn rate_limited(&self) -> u64 {
        self.rate_limited.load(Ordering::Relaxed)
    }

    pub(crate) fn retries(&self, reason: RetryReason) -> u64 {
        self.retries[reason as usize].load(Ordering::Relaxed)
    }

    pub(crate) fn own(&self) -> [u64; 5] {
        std::array::from_fn(|class| self.own[class].load(Ordering::Relaxed))
    }

    pub(crate) fn count_rate_limited(&self) {
        self.rate_limited.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_retry(&self, reason: RetryReason) {
        self.retries[reason as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_own(&self, status: u16) {
        self.own[class(status)].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request as waiting until the answer is dropped.
    pub(crate) fn hold(&self) -> Held<'_> {
        self.held.fetch_add(1, Ordering::Relaxed);
        self.held_total.fetch_add(1, Ordering::Relaxed);
        Held(&self.held)
    }
}

/// A request that waits for a target.
#[derive(Debug)]
pub(crate) struct Held<'a>(&'a AtomicU64);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counters of one version, over all epochs.
#[derive(Debug)]
pub(crate) struct VersionMetrics {
    pub(crate) label: String,
    shards: Box<[Shard]>,
}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    classes: [AtomicU64; 5],
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// A version's counters summed up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct VersionSums {
    /// Answers by class of status.
    pub(crate) classes: [u64; 5],
    /// Durations by bucket, not cumulative.
    pub(crate) buckets: [u64; BOUNDS.len() + 1],
    /// All durations.
    pub(crate) seconds: f64,
}

impl VersionMetrics {
    pub(crate) fn new(label: &str, workers: usize) -> Self {
        Self { label: label.to_owned(), shards: (0..workers).map(|_| Shard::default()).collect() }
    }

    /// Counts an answer, with the time until it began if that says something.
    pub(crate) fn count(&self, worker: usize, status: u16, time: Option<Duration>) {
        let shard = &self.shards[worker];
        shard.classes[class(status)].fetch_add(1, Ordering::Relaxed);
        if let Some(time) = time {
            let seconds = time.as_secs_f64();
            let bucket = BOUNDS.iter().position(|b| seconds <= *b).unwrap_or(BOUNDS.len());
            shard.buckets[bucket].fetch_add(1, Ordering::Relaxed);
            shard.micros.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    pub(crate) fn sums(&self) -> VersionSums {
        let mut sums = VersionSums::default();
        for shard in &self.shards {
            for (sum, n) in sums.classes.iter_mut().zip(&shard.classes) {
                *sum += n.load(Ordering::Relaxed);
            }
            for (sum, n) in sums.buckets.iter_mut().zip(&shard.buckets) {
                *sum += n.load(Ordering::Relaxed);
            }
            sums.seconds += shard.micros.load(Ordering::Relaxed) as f64 / 1e6;
        }
        sums
    }
}

/// 0 for 1xx … 4 for 5xx; what is no status at all counts as 5xx.
fn class(status: u16) -> usize {
    match status {
        100..=499 => usize::from(status / 100 - 1),
        _ => 4,
    }
}
