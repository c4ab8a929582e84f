//! R: of the bad events, did the canary have more than its share?

use serde::{Deserialize, Serialize};

use super::Delta;
use super::mixture::{Mixture, POINTS};

/// A canary's bad rate may be that much higher than stable's.
const RHO: f64 = 1.25;
const GRID: [f64; POINTS] = [2.0, 4.0, 8.0, 16.0, 64.0];
/// Least number of bad events of the canary.
const LEAST_BAD: u64 = 2;
/// Least share of bad events among the canary's requests.
const LEAST_RATE: f64 = 0.005;

/// For each bad event with probability w of having been routed to the canary, q₀ = ρw/(ρw+1−w)
/// against q_g = gρw/(gρw+1−w).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Relative {
    mixture: Mixture,
    canary: u64,
    requests: u64,
}

impl Relative {
    pub(super) fn observe(&mut self, delta: &Delta) {
        let (slow_canary, slow_stable) = pauses(delta.canary.slow, delta.stable.slow);
        self.observe_events(delta.weight, delta.canary.bad + slow_canary, delta.stable.bad + slow_stable);
        self.canary += delta.canary.bad + delta.canary.slow;
        self.requests += delta.canary.requests;
    }

    /// Requests that towel sent itself, half of them to each release.
    pub(super) fn observe_probes(&mut self, canary_bad: u64, stable_bad: u64, canary_requests: u64) {
        self.observe_events(0.5, canary_bad, stable_bad);
        self.canary += canary_bad;
        self.requests += canary_requests;
    }

    fn observe_events(&mut self, w: f64, canary: u64, stable: u64) {
        // Where only one of them was sent requests, its bad events compare nothing.
        if !(w > 0.0 && w < 1.0) {
            return;
        }
        let null = share(RHO, w);
        self.mixture.add(canary, |point| (share(GRID[point] * RHO, w) / null).ln());
        self.mixture.add(stable, |point| ((1.0 - share(GRID[point] * RHO, w)) / (1.0 - null)).ln());
    }

    pub(super) fn log(&self) -> f64 {
        self.mixture.log()
    }

    /// Whether the canary's bad events are many enough to be worth an abort at all.
    pub(super) fn is_worth_it(&self) -> bool {
        self.canary >= LEAST_BAD && self.canary as f64 >= LEAST_RATE * self.requests as f64
    }
}

/// Slow answers come in bursts: a pause of one instance delays all that it has in hand, and the test
/// takes events to be independent. So those of one look count as one of the canary's, and stable's
/// in the same proportion, rounded against an abort.
fn pauses(canary: u64, stable: u64) -> (u64, u64) {
    if canary <= 1 { (canary, stable) } else { (1, stable.div_ceil(canary)) }
}

/// The share of bad events that falls to the canary when its rate is `ratio` times stable's.
fn share(ratio: f64, w: f64) -> f64 {
    ratio * w / (ratio * w + 1.0 - w)
}
