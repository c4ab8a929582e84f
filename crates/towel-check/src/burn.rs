//! Burn-rate alerting: when an error budget is spent too fast.

use std::time::Duration;

use towel_model::Percent;

/// A window of a burn-rate alert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// Share of the period's budget whose loss within the window alerts.
    pub(crate) budget: f64,
    /// The long window.
    pub(crate) long: Duration,
}

/// The fastest window that pages: a fiftieth of the budget within an hour.
pub(crate) const PAGE: Window = Window { budget: 0.02, long: Duration::from_secs(3600) };

impl Window {
    /// How many times faster than evenly the budget is spent: 14.4 for 30 days.
    pub(crate) fn burn_rate(&self, period: Duration) -> f64 {
        self.budget * period.as_secs_f64() / self.long.as_secs_f64()
    }

    /// The share of bad requests above which the alert fires.
    pub(crate) fn threshold(&self, availability: Percent, period: Duration) -> f64 {
        self.burn_rate(period) * (1.0 - availability.share())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_burns_at_14_4_and_fires_above_93_06_percent() {
        let month = Duration::from_secs(30 * 86_400);
        assert!((PAGE.burn_rate(month) - 14.4).abs() < 1e-9);
        assert!(PAGE.threshold(Percent(93.05), month) > 1.0);
        assert!(PAGE.threshold(Percent(93.06), month) < 1.0);
    }
}
