//! The counters of one version under one split.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::histogram::{BUCKETS, Histogram};

/// How many clients with a bad event are remembered per epoch. Past it nobody new is left out.
const SCARS: usize = 65_536;

/// One worker's part, so that workers do not write to the same cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard {
    requests: AtomicU64,
    bad: AtomicU64,
    /// Made when the first time comes, since it is large and many workers are idle.
    latency: OnceLock<Histogram>,
}

/// Counters of a version in an epoch; they only grow.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) label: String,
    shards: Box<[Shard]>,
}

/// A tally summed up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    pub(crate) requests: u64,
    pub(crate) bad: u64,
    pub(crate) latency: Vec<u64>,
}

impl Tally {
    pub(crate) fn new(label: &str, workers: usize) -> Self {
        Self { label: label.to_owned(), shards: (0..workers).map(|_| Shard::default()).collect() }
    }

    /// A request ended well. The time is not given while its target warms up.
    pub(crate) fn good(&self, worker: usize, time: Option<Duration>) {
        let shard = &self.shards[worker];
        shard.requests.fetch_add(1, Ordering::Relaxed);
        if let Some(time) = time {
            shard.latency.get_or_init(Histogram::default).add(time);
        }
    }

    /// A request was answered 5xx, not answered, or timed out.
    pub(crate) fn bad(&self, worker: usize) {
        let shard = &self.shards[worker];
        shard.requests.fetch_add(1, Ordering::Relaxed);
        shard.bad.fetch_add(1, Ordering::Release);
    }

    /// The sum of all workers. Bad ones are read first, so that there are never more bad requests
    /// than requests.
    pub(crate) fn sums(&self) -> Sums {
        let bad = self.shards.iter().map(|s| s.bad.load(Ordering::Acquire)).sum();
        let mut latency = vec![0; BUCKETS];
        for histogram in self.shards.iter().filter_map(|shard| shard.latency.get()) {
            histogram.add_to(&mut latency);
        }
        let requests = self.shards.iter().map(|s| s.requests.load(Ordering::Acquire)).sum();
        Sums { requests, bad, latency }
    }
}

/// The sticky clients that had a bad event in an epoch: what follows from them says nothing new.
#[derive(Debug, Default)]
pub(crate) struct Scars {
    any: AtomicBool,
    clients: Mutex<HashSet<u64>>,
}

impl Scars {
    pub(crate) fn has(&self, client: u64) -> bool {
        self.any.load(Ordering::Acquire) && self.lock().contains(&client)
    }

    /// Remembers a bad event; false when the client already had one.
    pub(crate) fn add(&self, client: u64) -> bool {
        let mut clients = self.lock();
        if clients.len() >= SCARS {
            return !clients.contains(&client);
        }
        self.any.store(true, Ordering::Release);
        clients.insert(client)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<u64>> {
        // A set of numbers is whole even if its last writer panicked.
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
