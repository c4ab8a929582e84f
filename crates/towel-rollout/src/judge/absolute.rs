//! A: does the canary fail more often than stable's history allows?

use serde::{Deserialize, Serialize};

use super::Tally;
use super::mixture::{Mixture, POINTS};

const GRID: [f64; POINTS] = [2.0, 4.0, 8.0, 16.0, 32.0];
/// No rate above this is tried.
const HIGHEST: f64 = 0.95;

/// For each canary request, θ₀ against θ_g = min(0.95, gθ₀).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Absolute {
    mixture: Mixture,
}

impl Absolute {
    /// `allowed` is θ₀. It may differ from call to call, as long as it was known before the
    /// requests were: each factor then still has a mean of at most 1.
    pub(super) fn observe(&mut self, allowed: f64, canary: Tally) {
        // Nothing is above a bound that is itself at the top: too little is known of stable.
        if allowed * GRID[0] > HIGHEST {
            return;
        }
        let rate = |point: usize| (GRID[point] * allowed).min(HIGHEST);
        let good = canary.requests.saturating_sub(canary.bad);
        self.mixture.add(canary.bad, |point| (rate(point) / allowed).ln());
        self.mixture.add(good, |point| ((1.0 - rate(point)) / (1.0 - allowed)).ln());
    }

    pub(super) fn log(&self) -> f64 {
        self.mixture.log()
    }
}
