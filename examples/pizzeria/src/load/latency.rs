//! Latencies counted in buckets that grow by a twentieth, so that any number of them takes the same room.

use std::time::Duration;

const GROWTH: f64 = 1.05;
const SMALLEST_MICROS: f64 = 10.0;

/// How often each latency was seen, to within five percent.
#[derive(Debug, Clone, Default)]
pub(super) struct Latencies {
    buckets: Vec<u64>,
    total: u64,
}

impl Latencies {
    pub(super) fn record(&mut self, latency: Duration) {
        let bucket = bucket_of(latency);
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
        self.total += 1;
    }

    /// The latency that this share of the requests did not exceed; zero when there were none.
    pub(super) fn quantile(&self, share: f64) -> Duration {
        let rank = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank && seen > 0 {
                return upper_bound(bucket);
            }
        }
        Duration::ZERO
    }
}

fn bucket_of(latency: Duration) -> usize {
    let times = latency.as_secs_f64() * 1e6 / SMALLEST_MICROS;
    if times <= 1.0 { 0 } else { (times.ln() / GROWTH.ln()).ceil() as usize }
}

fn upper_bound(bucket: usize) -> Duration {
    Duration::from_secs_f64(SMALLEST_MICROS * GROWTH.powf(bucket as f64) / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_within_five_percent() {
        let mut latencies = Latencies::default();
        for millis in 1..=1000 {
            latencies.record(Duration::from_millis(millis));
        }
        for (share, expected) in [(0.5, 0.5), (0.95, 0.95), (0.99, 0.99), (1.0, 1.0)] {
            let found = latencies.quantile(share).as_secs_f64();
            assert!((expected..expected * 1.051).contains(&found), "{share}: {found} is not about {expected}");
        }
    }

    #[test]
    fn nothing_recorded_means_zero() {
        assert_eq!(Latencies::default().quantile(0.95), Duration::ZERO);
    }
}
