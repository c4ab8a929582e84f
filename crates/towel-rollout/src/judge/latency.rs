//! What counts as slow: a bound from stable's own latencies, fixed before the deploy.

use serde::{Deserialize, Serialize};

/// Fewer latencies than these say little about a 95th percentile.
const LEAST_SAMPLES: u64 = 200;

/// The bound above which an answer counts as slow.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// In seconds; none means that slowness is shown and not judged.
    pub bound: Option<f64>,
    /// Where it comes from.
    pub source: LatencySource,
}

/// Where the bound comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LatencySource {
    /// Stable's 95th percentile before the deploy.
    Stable,
    /// The service's own promise, for want of measurements.
    Slo,
    /// Neither.
    None,
}

impl Latency {
    /// τ = max(1.25·P95, P95 + 50 ms) of stable when it has at least 200 samples, else `slo`.
    /// Buckets are pairs of upper bound in seconds and count.
    pub fn fix(stable: &[(f64, u64)], slo: Option<f64>) -> Self {
        let samples: u64 = stable.iter().map(|(_, count)| count).sum();
        match quantile(stable, 0.95) {
            Some(p95) if samples >= LEAST_SAMPLES => {
                Self { bound: Some((1.25 * p95).max(p95 + 0.050)), source: LatencySource::Stable }
            }
            _ if slo.is_some() => Self { bound: slo, source: LatencySource::Slo },
            _ => Self { bound: None, source: LatencySource::None },
        }
    }

    /// How many of the answers were certainly slower than the bound.
    pub fn slow(&self, buckets: &[(f64, u64)]) -> u64 {
        let Some(bound) = self.bound else { return 0 };
        // A bucket that the bound cuts through counts as fast, for both releases alike.
        let floors = std::iter::once(0.0).chain(buckets.iter().map(|(upper, _)| *upper));
        buckets.iter().zip(floors).filter(|(_, floor)| *floor >= bound).map(|((_, count), _)| count).sum()
    }
}

/// The quantile `q` of a histogram: the upper bound of the bucket in which it lies, or the
/// lower one where that has no end. None without samples.
pub fn quantile(buckets: &[(f64, u64)], q: f64) -> Option<f64> {
    let total: u64 = buckets.iter().map(|(_, count)| count).sum();
    if total == 0 {
        return None;
    }
    let rank = (q * total as f64).ceil() as u64;
    let mut seen = 0;
    let mut floor = 0.0;
    for (upper, count) in buckets {
        seen += count;
        if seen >= rank.max(1) {
            return Some(if *upper < f64::MAX { *upper } else { floor });
        }
        floor = *upper;
    }
    Some(floor)
}
