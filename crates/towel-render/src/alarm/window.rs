//! The windows of burn-rate alerts, and the guard against alerts about a handful of requests.

use std::time::Duration;

use towel_model::Slo;

use crate::quantity::window;
use crate::signal::Signal;

/// A pair of windows in which an error budget may burn too fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    /// How many times faster than evenly the budget burns: 14.4.
    pub(crate) factor: f64,
    /// The long window.
    pub(crate) long: Duration,
    /// The short one, a twelfth of it: the alert ends soon after the fault.
    pub(crate) short: Duration,
    /// Whether it wakes somebody.
    pub(crate) pages: bool,
}

const MINUTE: u64 = 60;
const DAY: u64 = 86_400;

/// Share of the budget that may burn in a long window, that window for a month, and whether it pages.
const MONTHLY: [(f64, u64, bool); 4] =
    [(0.02, 3600, true), (0.05, 6 * 3600, true), (0.10, DAY, false), (0.10, 3 * DAY, false)];

/// So many failed requests are more than an accident.
const ENOUGH: f64 = 10.0;

/// The windows of a promise that holds over `period`. Those of a month are the usual ones; of other periods they are
/// as much shorter or longer.
pub(crate) fn windows(period: Duration) -> Vec<Window> {
    let days = period.as_secs_f64() / DAY as f64;
    // Prometheus keeps half a month unless told otherwise, so a window of a long period has to stay below that.
    let scale = if (28.0..=31.0).contains(&days) { 1.0 } else { (days / 30.0).min(4.0) };
    let scaled = |(budget, seconds, pages): (f64, u64, bool)| {
        let minutes = (seconds as f64 * scale / MINUTE as f64).round() as u64;
        // A rate needs four samples, also in the short window.
        (minutes >= 12).then(|| {
            let long = Duration::from_secs(minutes * MINUTE);
            let short = Duration::from_secs((minutes as f64 / 12.0).round().max(2.0) as u64 * MINUTE);
            Window { factor: budget * period.as_secs_f64() / long.as_secs_f64(), long, short, pages }
        })
    };
    MONTHLY.into_iter().filter_map(scaled).collect()
}

impl Window {
    /// The share of failed requests above which the budget burns that fast; none when not even an outage would.
    pub(crate) fn threshold(&self, budget: f64) -> Option<f64> {
        let threshold = self.factor * budget;
        (threshold > 0.0 && threshold < 1.0).then_some(threshold)
    }
}

/// What keeps a few failed requests at night from waking somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Guard {
    /// The window has to hold more requests than this. For traffic that gives them.
    Requests(f64),
    /// So many requests have to have failed. For little or unknown traffic, in which the other guard would hide an outage.
    Failures(f64),
}

impl Guard {
    /// The one for a window: `ENOUGH` failed requests are needed, so that many ÷ threshold requests in all.
    pub(super) fn of(slo: &Slo, long: Duration, threshold: f64) -> Self {
        let requests = (ENOUGH / threshold).ceil();
        let expected = slo.traffic.as_ref().map(|traffic| traffic.per_second() * long.as_secs_f64());
        if expected.is_some_and(|expected| expected > requests) {
            Self::Requests(requests)
        } else {
            Self::Failures(ENOUGH)
        }
    }

    /// As PromQL that has a result when there were enough.
    pub(super) fn expression(self, signal: &Signal<'_>, long: Duration) -> String {
        let (level, long) = (signal.level(), window(long));
        match self {
            Self::Requests(least) => format!("sum by ({level}) (increase({}[{long}])) > {least}", signal.requests("")),
            Self::Failures(least) => format!("sum by ({level}) (increase({}[{long}])) >= {least}", signal.failed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(days: u64) -> Vec<String> {
        let of = windows(Duration::from_secs(days * DAY));
        of.iter().map(|it| format!("{}/{} {:.2}", window(it.long), window(it.short), it.factor)).collect()
    }

    #[test]
    fn windows_of_a_month_are_the_usual_ones() {
        assert_eq!(shown(30), ["1h/5m 14.40", "6h/30m 6.00", "1d/2h 3.00", "3d/6h 1.00"]);
        assert_eq!(shown(28), ["1h/5m 13.44", "6h/30m 5.60", "1d/2h 2.80", "3d/6h 0.93"]);
    }

    #[test]
    fn windows_grow_and_shrink_with_the_period() {
        assert_eq!(shown(90), ["3h/15m 14.40", "18h/1h30m 6.00", "3d/6h 3.00", "9d/18h 1.00"]);
        assert_eq!(shown(7)[0], "14m/2m 14.40");
        assert!(shown(1).iter().all(|window| !window.starts_with("2m")));
    }

    #[test]
    fn a_window_that_no_outage_could_exceed_is_left_out() {
        let page = windows(Duration::from_secs(30 * DAY))[0];
        assert!(page.threshold(0.07).is_none());
        assert!((page.threshold(0.001).unwrap() - 0.0144).abs() < 1e-9);
        assert!(page.threshold(0.0).is_none());
    }
}
