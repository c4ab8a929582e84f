//! A: does the canary fail more often than stable's history allows?

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Tally;
use super::mixture::{Mixture, POINTS};

const GRID: [f64; POINTS] = [2.0, 4.0, 8.0, 16.0, 32.0];
/// No rate above this is tried.
const HIGHEST: f64 = 0.95;
/// An error counts once stable has answered so many requests after it …
const SECOND_LOOKS: u64 = 5;
/// … or so much time has passed without them.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// For each canary request, θ₀ against θ_g = min(0.95, gθ₀).
///
/// An outage of something that both releases share may hit the canary first. So its errors wait
/// until stable had a chance to show the same; what stable shares is dropped. Dropping may look
/// at stable and never at how the test stands, so it can only make an abort less likely.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Absolute {
    mixture: Mixture,
    waiting: VecDeque<Waiting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Waiting {
    since: Duration,
    second_looks: u64,
    canary: Tally,
}

impl Absolute {
    /// Takes the canary's counts; `stable` are the requests that stable answered meanwhile.
    pub(super) fn observe(&mut self, now: Duration, canary: Tally, stable: u64) {
        if canary.requests > 0 {
            self.waiting.push_back(Waiting { since: now, second_looks: 0, canary });
        }
        for waiting in &mut self.waiting {
            waiting.second_looks += stable;
        }
    }

    /// Whether errors wait to be counted.
    pub(super) fn has_errors_waiting(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.canary.bad > 0)
    }

    /// Forgets what waits: stable fails too.
    pub(super) fn drop_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Counts what has waited long enough. `allowed` is θ₀. It may differ from call to call as
    /// long as it does not depend on the canary: each factor then still has a mean of at most 1.
    pub(super) fn count(&mut self, now: Duration, allowed: f64) {
        while let Some(first) = self.waiting.front() {
            if first.second_looks < SECOND_LOOKS && first.since + LONGEST_WAIT > now {
                return;
            }
            let canary = first.canary;
            self.waiting.pop_front();
            self.add(allowed, canary);
        }
    }

    fn add(&mut self, allowed: f64, canary: Tally) {
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
