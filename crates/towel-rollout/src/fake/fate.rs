//! What becomes of a version's requests.

use super::Random;

/// Upper bounds of the latency buckets, in seconds.
const BOUNDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, f64::INFINITY];

/// What becomes of a version's requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fate {
    /// Share that is answered 5xx.
    pub bad: f64,
    /// Seconds that a good answer takes.
    pub seconds: f64,
    /// Share of good answers that take ten times as long.
    pub slow: f64,
    /// Status of the answer to a smoke request.
    pub smoke: u16,
}

impl Default for Fate {
    fn default() -> Self {
        Self { bad: 0.0, seconds: 0.02, slow: 0.0, smoke: 200 }
    }
}

impl Fate {
    /// Fails this share of requests.
    pub fn failing(bad: f64) -> Self {
        Self { bad, ..Self::default() }
    }

    /// Seconds that the next good answer takes.
    pub(super) fn seconds(&self, random: &mut Random) -> f64 {
        if random.chance(self.slow) { self.seconds * 10.0 } else { self.seconds }
    }
}

/// Counts an answer of this many seconds.
pub(super) fn count(latency: &mut Vec<(f64, u64)>, seconds: f64) {
    if latency.is_empty() {
        *latency = BOUNDS.iter().map(|bound| (*bound, 0)).collect();
    }
    if let Some((_, count)) = latency.iter_mut().find(|(bound, _)| seconds <= *bound) {
        *count += 1;
    }
}
