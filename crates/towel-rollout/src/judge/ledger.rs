//! From counters that only grow to what came in since the look before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use towel_engine::ReleaseId;

use super::{Delta, Latency, Tally};
use crate::traffic::{Evidence, Sample};

/// Remembers the counters of the look before, and with which weight each split routed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    stable: ReleaseId,
    canary: ReleaseId,
    boot: u64,
    /// Where this rollout's counts begin, for quantiles.
    first: Vec<Sample>,
    /// Where the next look's counts begin.
    last: Vec<Sample>,
    weights: BTreeMap<u64, f64>,
}

impl Ledger {
    /// Begins at `evidence`: what was counted before is history and not part of the rollout.
    pub fn new(stable: ReleaseId, canary: ReleaseId, evidence: &Evidence) -> Self {
        let samples = clean(&evidence.samples);
        Self { stable, canary, boot: evidence.boot, first: samples.clone(), last: samples, weights: BTreeMap::new() }
    }

    /// The split of this epoch routes to the canary with this probability.
    pub fn expect(&mut self, epoch: u64, weight: f64) {
        self.weights.insert(epoch, weight);
    }

    /// What came in since the look before. `forced` replaces the weights where the data plane
    /// could not follow them: 0 without a ready canary, 1 without a ready stable instance.
    pub fn take(&mut self, evidence: &Evidence, latency: Latency, forced: Option<f64>) -> Vec<Delta> {
        if evidence.boot != self.boot {
            // The data plane was started anew: its counters began at zero, the evidence stays.
            self.boot = evidence.boot;
            self.first.clear();
            self.last.clear();
        }
        let samples = clean(&evidence.samples);
        let mut deltas: BTreeMap<u64, Delta> = BTreeMap::new();
        for sample in samples.iter().filter(|sample| sample.release == self.stable || sample.release == self.canary) {
            let tally = self.since_last(sample, latency);
            let weight = forced.or(self.weights.get(&sample.epoch).copied()).unwrap_or(0.0);
            let delta = deltas.entry(sample.epoch).or_insert(Delta { weight, ..Delta::default() });
            if sample.release == self.canary {
                delta.canary += tally;
            } else {
                delta.stable += tally;
            }
        }
        self.last = samples;
        deltas.into_values().filter(|delta| delta.stable.requests + delta.canary.requests > 0).collect()
    }

    /// The latencies of a release in this rollout, as buckets.
    pub fn latencies(&self, release: ReleaseId) -> Vec<(f64, u64)> {
        let mut sum = Histogram::default();
        for sample in self.last.iter().filter(|sample| sample.release == release) {
            sum.add(&sample.latency, |old, count| old + count);
        }
        for sample in self.first.iter().filter(|sample| sample.release == release) {
            sum.add(&sample.latency, u64::saturating_sub);
        }
        sum.buckets
    }

    fn since_last(&self, sample: &Sample, latency: Latency) -> Tally {
        let now = tally(sample, latency);
        let same = |known: &&Sample| known.release == sample.release && known.epoch == sample.epoch;
        let before = self.last.iter().find(same).map(|known| tally(known, latency)).unwrap_or_default();
        if now.requests < before.requests || now.bad < before.bad {
            // A counter that fell was reset; what it shows came in since.
            return now;
        }
        Tally {
            requests: now.requests - before.requests,
            bad: now.bad - before.bad,
            slow: now.slow.saturating_sub(before.slow),
        }
    }
}

/// Everything ever counted of a release.
pub(crate) fn totals(evidence: &Evidence, release: ReleaseId) -> (Tally, Vec<(f64, u64)>) {
    let mut sum = Histogram::default();
    let mut counts = Tally::default();
    for sample in clean(&evidence.samples).iter().filter(|sample| sample.release == release) {
        counts += Tally { requests: sample.requests, bad: sample.bad, slow: 0 };
        sum.add(&sample.latency, |old, count| old + count);
    }
    (counts, sum.buckets)
}

fn tally(sample: &Sample, latency: Latency) -> Tally {
    Tally { requests: sample.requests, bad: sample.bad, slow: latency.slow(&sample.latency) }
}

/// JSON has no infinity, and a bound that is no number bounds nothing.
fn clean(samples: &[Sample]) -> Vec<Sample> {
    let mut samples = samples.to_vec();
    for sample in &mut samples {
        sample.latency.retain(|(upper, _)| !upper.is_nan());
        for (upper, _) in &mut sample.latency {
            *upper = upper.clamp(0.0, f64::MAX);
        }
        // More bad ones than requests cannot be: a half-read counter.
        sample.bad = sample.bad.min(sample.requests);
    }
    samples
}

#[derive(Default)]
struct Histogram {
    buckets: Vec<(f64, u64)>,
}

impl Histogram {
    fn add(&mut self, other: &[(f64, u64)], combine: impl Fn(u64, u64) -> u64) {
        for (upper, count) in other {
            match self.buckets.binary_search_by(|(known, _)| known.total_cmp(upper)) {
                Ok(place) => self.buckets[place].1 = combine(self.buckets[place].1, *count),
                Err(place) => self.buckets.insert(place, (*upper, combine(0, *count))),
            }
        }
    }
}
