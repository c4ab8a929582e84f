//! The hold gate: while stable itself fails, failures are not blamed on the canary.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bounds::is_unlikely;
use super::{Tally, wilson_lower};

/// How far back it looks, and how long it stays shut after stable has recovered.
const WINDOW: Duration = Duration::from_secs(60);
/// Two-sided 95 %.
const Z: f64 = 1.96;

/// Stable's latest counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Gate {
    recent: VecDeque<(Duration, Tally)>,
    sum: Tally,
    shut_until: Option<Duration>,
}

impl Gate {
    /// Takes in stable's counts up to `now`; shuts when even the lower bound is above `allowed`.
    pub(super) fn observe(&mut self, now: Duration, stable: Tally, allowed: f64) {
        if stable.requests > 0 {
            self.recent.push_back((now, stable));
            self.sum += stable;
        }
        while self.recent.front().is_some_and(|(at, _)| *at + WINDOW <= now) {
            let Some((_, old)) = self.recent.pop_front() else { break };
            self.sum.requests -= old.requests;
            self.sum.bad -= old.bad;
            self.sum.slow -= old.slow;
        }
        if wilson_lower(self.sum.bad, self.sum.requests, Z) > allowed {
            self.shut_until = Some(now + WINDOW);
        }
    }

    pub(super) fn is_shut(&self, now: Duration) -> bool {
        self.shut_until.is_some_and(|until| now < until)
    }

    /// Whether stable's last answers, however few one takes, look like an outage that its last
    /// minute as a whole does not show yet. One bad answer alone never does.
    pub(super) fn is_suspicious(&self, allowed: f64) -> bool {
        let mut latest = Tally::default();
        self.recent.iter().rev().any(|(_, tally)| {
            latest += *tally;
            tally.bad > 0 && latest.bad >= 2 && is_unlikely(latest.bad, latest.requests, allowed)
        })
    }

    /// Stable's counts in the window.
    pub(super) fn recent(&self) -> Tally {
        self.sum
    }
}
