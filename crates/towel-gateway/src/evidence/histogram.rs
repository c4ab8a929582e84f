//! Latency buckets: sixteen to each doubling, so that a bucket is 3 to 6 % wide.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const STEPS: usize = 16;
const STEP_BITS: u32 = 4;
/// Values up to 2^28 µs, over four minutes; what is longer goes to the last bucket.
const TOP_BIT: u32 = 28;
pub(crate) const BUCKETS: usize = STEPS * (TOP_BIT - STEP_BITS + 1) as usize;

/// Counters that threads may add to at the same time.
#[derive(Debug)]
pub(crate) struct Histogram(Box<[AtomicU64]>);

impl Default for Histogram {
    fn default() -> Self {
        Self((0..BUCKETS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Histogram {
    pub(crate) fn add(&self, time: Duration) {
        self.0[bucket(time)].fetch_add(1, Ordering::Relaxed);
    }

    /// Adds these counts to `sums`, which has [`BUCKETS`] places.
    pub(crate) fn add_to(&self, sums: &mut [u64]) {
        for (sum, count) in sums.iter_mut().zip(&self.0) {
            *sum += count.load(Ordering::Relaxed);
        }
    }
}

/// The bucket of a time.
fn bucket(time: Duration) -> usize {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).clamp(1, (1 << TOP_BIT) - 1);
    let top = 63 - micros.leading_zeros();
    if top < STEP_BITS {
        return micros as usize;
    }
    let shift = top - STEP_BITS;
    let within = (micros >> shift) as usize - STEPS;
    STEPS * (shift as usize + 1) + within
}

/// The least time that is above a bucket, in seconds.
pub(crate) fn upper_bound(bucket: usize) -> f64 {
    let micros = if bucket < STEPS {
        bucket as u64 + 1
    } else {
        let shift = bucket / STEPS - 1;
        ((bucket % STEPS + STEPS + 1) as u64) << shift
    };
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_lies_below_its_bucket_bound_and_within_seven_percent_of_it() {
        let mut micros = 20u64;
        while micros < (1 << TOP_BIT) {
            let bound = upper_bound(bucket(Duration::from_micros(micros)));
            let value = micros as f64 / 1e6;
            assert!(value < bound, "{micros}");
            assert!(bound <= value * 1.07, "{micros}: {bound}");
            micros += micros / 7;
        }
    }

    #[test]
    fn bounds_rise_and_extremes_stay_inside() {
        assert!((1..BUCKETS).all(|b| upper_bound(b) > upper_bound(b - 1)));
        assert_eq!(bucket(Duration::from_secs(100_000)), BUCKETS - 1);
        assert_eq!(bucket(Duration::ZERO), 1);
    }
}
