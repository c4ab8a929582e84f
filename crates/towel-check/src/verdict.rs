//! How many requests the canary's judge needs for a verdict.

use towel_model::Percent;

/// One-sided 95 %: the judge's confidence.
const Z: f64 = 1.645;

/// The error rate that a step must be surely below before the next one: 5 % up to a tenth of traffic,
/// 2 % above.
pub(crate) fn bound(step: Percent) -> f64 {
    if step.0 <= 10.0 { 0.05 } else { 0.02 }
}

/// Requests without any error until the upper Wilson bound of the error rate is within the step's
/// bound. Without errors the bound is z² ÷ (n + z²), so n = z² (1 ÷ bound − 1).
pub(crate) fn needed(step: Percent) -> u64 {
    (Z * Z * (1.0 / bound(step) - 1.0)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_needs_52_clean_requests_and_a_half_133() {
        assert_eq!(needed(Percent(10.0)), 52);
        assert_eq!(needed(Percent(50.0)), 133);
    }
}
