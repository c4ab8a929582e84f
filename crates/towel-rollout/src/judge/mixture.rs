//! A mean of likelihood ratios over a grid, kept in log space.

use serde::{Deserialize, Serialize};

/// Points of every grid.
pub(super) const POINTS: usize = 5;

/// The logarithm of one likelihood ratio per grid point. Their mean is the evidence: a
/// non-negative martingale (or less) with mean 1 while the canary is healthy, so that by Ville's
/// inequality it ever reaches 100 with a probability of at most 1 %, however often one looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Mixture {
    logs: [f64; POINTS],
}

impl Mixture {
    /// Takes in `events` of one kind; `ratio` is the logarithm of their ratio at a grid point.
    pub(super) fn add(&mut self, events: u64, mut ratio: impl FnMut(usize) -> f64) {
        if events == 0 {
            return;
        }
        for (point, log) in self.logs.iter_mut().enumerate() {
            *log += events as f64 * ratio(point);
        }
    }

    /// The logarithm of the mean.
    pub(super) fn log(&self) -> f64 {
        // The greatest is taken out first, or the powers overflow.
        let greatest = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = self.logs.iter().map(|log| (log - greatest).exp()).sum();
        greatest + (sum / POINTS as f64).ln()
    }
}
