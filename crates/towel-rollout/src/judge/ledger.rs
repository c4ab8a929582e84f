//! From counters that only grow to what came in since the look before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use towel_engine::ReleaseId;

use super::histogram::Histogram;
use super::{Delta, Latency, Tally};
use crate::traffic::{Evidence, Sample};

/// Remembers the counters of the look before, and with which weight each split routed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    stable: ReleaseId,
    canary: ReleaseId,
    boot: u64,
    last: Vec<Seen>,
    weights: BTreeMap<u64, f64>,
    /// Only shown, so they begin anew after a crash instead of filling the journal.
    #[serde(skip)]
    latencies: Vec<Spread>,
}

/// The counters of a sample at the look before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    release: ReleaseId,
    epoch: u64,
    tally: Tally,
}

/// The latencies of a sample: where they began, and where they are.
#[derive(Debug, Clone, PartialEq)]
struct Spread {
    release: ReleaseId,
    epoch: u64,
    boot: u64,
    first: Vec<(f64, u64)>,
    now: Vec<(f64, u64)>,
}

impl Ledger {
    /// Begins at `evidence`: what was counted before is history and not part of the rollout.
    pub fn new(stable: ReleaseId, canary: ReleaseId, evidence: &Evidence, latency: Latency) -> Self {
        let (last, weights, latencies) = (Vec::new(), BTreeMap::new(), Vec::new());
        let mut ledger = Self { stable, canary, boot: evidence.boot, last, weights, latencies };
        ledger.remember(&clean(&evidence.samples), latency);
        ledger
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
            self.last.clear();
        }
        let samples = clean(&evidence.samples);
        let mut deltas: BTreeMap<u64, Delta> = BTreeMap::new();
        for sample in samples.iter().filter(|sample| self.concerns(sample)) {
            let tally = self.since_last(sample, latency);
            let weight = forced.or(self.weights.get(&sample.epoch).copied()).unwrap_or(0.0);
            let delta = deltas.entry(sample.epoch).or_insert(Delta { weight, ..Delta::default() });
            if sample.release == self.canary {
                delta.canary += tally;
            } else {
                delta.stable += tally;
            }
        }
        self.remember(&samples, latency);
        deltas.into_values().filter(|delta| delta.stable.requests + delta.canary.requests > 0).collect()
    }

    /// The latencies of a release since the rollout, or the driver, began; as buckets.
    pub fn latencies(&self, release: ReleaseId) -> Vec<(f64, u64)> {
        let mut sum = Histogram::default();
        for spread in self.latencies.iter().filter(|spread| spread.release == release) {
            let mut since = Histogram::default();
            since.add(&spread.now);
            since.subtract(&spread.first);
            sum.add(since.buckets());
        }
        sum.into_buckets()
    }

    fn concerns(&self, sample: &Sample) -> bool {
        sample.release == self.stable || sample.release == self.canary
    }

    fn since_last(&self, sample: &Sample, latency: Latency) -> Tally {
        let now = tally(sample, latency);
        let same = |seen: &&Seen| seen.release == sample.release && seen.epoch == sample.epoch;
        let before = self.last.iter().find(same).map(|seen| seen.tally).unwrap_or_default();
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

    fn remember(&mut self, samples: &[Sample], latency: Latency) {
        self.last.clear();
        for sample in samples.iter().filter(|sample| self.concerns(sample)).cloned().collect::<Vec<_>>() {
            let (release, epoch) = (sample.release, sample.epoch);
            self.last.push(Seen { release, epoch, tally: tally(&sample, latency) });
            self.remember_latencies(sample);
        }
    }

    fn remember_latencies(&mut self, sample: Sample) {
        let Sample { release, epoch, latency, .. } = sample;
        let boot = self.boot;
        let known =
            self.latencies.iter_mut().find(|known| (known.release, known.epoch, known.boot) == (release, epoch, boot));
        match known {
            Some(known) => known.now = latency,
            None => {
                // A split of this rollout began at zero; one from before it did not.
                let first = if self.weights.contains_key(&epoch) { Vec::new() } else { latency.clone() };
                self.latencies.push(Spread { release, epoch, boot, first, now: latency });
            }
        }
    }
}

/// Everything ever counted of a release.
pub(crate) fn totals(evidence: &Evidence, release: ReleaseId) -> (Tally, Vec<(f64, u64)>) {
    let mut sum = Histogram::default();
    let mut counts = Tally::default();
    for sample in clean(&evidence.samples).iter().filter(|sample| sample.release == release) {
        counts += Tally { requests: sample.requests, bad: sample.bad, slow: 0 };
        sum.add(&sample.latency);
    }
    (counts, sum.into_buckets())
}

fn tally(sample: &Sample, latency: Latency) -> Tally {
    Tally { requests: sample.requests, bad: sample.bad, slow: latency.slow(&sample.latency) }
}

/// A bound that is no number bounds nothing, and more bad ones than requests cannot be.
fn clean(samples: &[Sample]) -> Vec<Sample> {
    let mut samples = samples.to_vec();
    for sample in &mut samples {
        sample.latency.retain(|(upper, _)| !upper.is_nan());
        for (upper, _) in &mut sample.latency {
            *upper = upper.clamp(0.0, f64::MAX);
        }
        sample.bad = sample.bad.min(sample.requests);
    }
    samples
}
