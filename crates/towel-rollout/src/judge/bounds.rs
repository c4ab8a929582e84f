//! Wilson's bounds on a share, from counts.

/// Wilson's upper bound on the share of `bad` among `requests`; 1 when there are none.
///
/// Source: E. B. Wilson, "Probable inference", JASA 22 (1927). `z` is the normal quantile, e.g.
/// 1.645 for one-sided 95 %.
pub fn wilson_upper(bad: u64, requests: u64, z: f64) -> f64 {
    if requests == 0 {
        return 1.0;
    }
    let (middle, half) = wilson(bad, requests, z);
    (middle + half).min(1.0)
}

/// Wilson's lower bound on the share of `bad` among `requests`; 0 when there are none.
pub fn wilson_lower(bad: u64, requests: u64, z: f64) -> f64 {
    if requests == 0 {
        return 0.0;
    }
    let (middle, half) = wilson(bad, requests, z);
    (middle - half).max(0.0)
}

fn wilson(bad: u64, requests: u64, z: f64) -> (f64, f64) {
    let n = requests as f64;
    // A counter that was read between two increments may show more bad ones than requests.
    let p = (bad as f64 / n).min(1.0);
    let spread = z * z / n;
    let half = z * (p * (1.0 - p) / n + spread / (4.0 * n)).sqrt();
    ((p + spread / 2.0) / (1.0 + spread), half / (1.0 + spread))
}

/// Whether at least `bad` bad ones among `requests`, each bad with `probability`, would come
/// about in fewer than 2 % of cases.
pub(super) fn is_unlikely(bad: u64, requests: u64, probability: f64) -> bool {
    const CHANCE: f64 = 0.02;
    /// The normal quantile of it.
    const Z: f64 = 2.054;
    if probability >= 1.0 {
        return false;
    }
    let n = requests as f64;
    let mean = n * probability;
    // With many expected the exact sum is long and underflows, and the normal one is near.
    if mean > 30.0 {
        return bad as f64 > mean + Z * (mean * (1.0 - probability)).sqrt();
    }
    let mut term = (n * (1.0 - probability).ln()).exp();
    let mut fewer = 0.0;
    for count in 0..bad {
        fewer += term;
        term *= (n - count as f64) / (count as f64 + 1.0) * probability / (1.0 - probability);
    }
    1.0 - fewer < CHANCE
}
