//! The numbers behind a verdict, for people and for `--json`.

use serde::{Deserialize, Serialize};

use super::Tally;

/// The numbers behind a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// What the canary answered in this rollout.
    pub canary: Tally,
    /// What stable answered in this rollout.
    pub stable: Tally,
    /// Odds that the canary is worse than stable, from how bad events fall to them.
    pub odds_relative: f64,
    /// Odds that the canary fails more often than stable's history allows.
    pub odds_absolute: f64,
    /// The odds at which it is aborted.
    pub limit: f64,
    /// The share of bad requests that stable's history allows (θ₀).
    pub allowed: f64,
    /// Upper bound on the canary's share of bad requests.
    pub upper: f64,
    /// What that bound must fall to before it is promoted.
    pub needed: f64,
    /// Requests that are still missing if all of them are answered well.
    pub missing: u64,
    /// Above this many seconds an answer counts as slow.
    pub slow_above: Option<f64>,
    /// Whether stable itself fails, so that the canary is not judged by its history.
    pub held: bool,
}

impl Explanation {
    /// The greater of the two odds.
    pub fn odds(&self) -> f64 {
        self.odds_relative.max(self.odds_absolute)
    }
}

/// Odds as people read them: `4,096`, and never more than `1,000,000,000`.
pub(super) fn grouped(odds: f64) -> String {
    let digits = (odds.clamp(0.0, 1e9).round() as u64).to_string();
    let mut grouped = String::with_capacity(digits.len() + 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
