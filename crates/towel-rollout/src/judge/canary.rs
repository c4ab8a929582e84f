//! `Judge`: takes in counts, and says what they show.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::absolute::Absolute;
use super::explanation::grouped;
use super::gate::Gate;
use super::relative::Relative;
use super::{Delta, Explanation, Latency, Tally, Verdict, wilson_upper};

/// The evidence at which a canary is aborted: 1/α with α = 1 %.
const LIMIT: f64 = 100.0;
/// No canary is called bad in itself below twice this rate.
const LEAST_ALLOWED: f64 = 0.01;
/// With fewer requests in its history, stable's counts during the rollout are added.
const LITTLE_HISTORY: u64 = 200;
/// How much more often than stable a canary may fail.
const TOLERANCE: f64 = 1.5;
/// Stable's rate during the rollout counts like its history after so many requests.
const HISTORY_WEIGHT: f64 = 300.0;
/// Two-sided 95 %, for stable's history.
const Z_HISTORY: f64 = 1.96;
/// One-sided 95 %, for the canary.
const Z_PROMOTE: f64 = 1.645;

/// Everything that the evidence of one rollout comes to. It carries over from step to step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judge {
    names: Names,
    history: Tally,
    latency: Latency,
    patience: Duration,
    clock: Duration,
    step_began: Duration,
    step_requests: u64,
    held: Duration,
    stable: Tally,
    canary: Tally,
    relative: Relative,
    absolute: Absolute,
    gate: Gate,
    tripped: Option<String>,
}

/// The versions' names, for messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The canary's.
    pub canary: String,
    /// Stable's.
    pub stable: String,
}

impl Judge {
    /// A judge who knows stable's `history` and what counts as slow; after `patience` at a step
    /// without an answer it says that traffic does not suffice.
    pub fn new(names: Names, history: Tally, latency: Latency, patience: Duration) -> Self {
        Self {
            names,
            history,
            latency,
            patience,
            clock: Duration::ZERO,
            step_began: Duration::ZERO,
            step_requests: 0,
            held: Duration::ZERO,
            stable: Tally::default(),
            canary: Tally::default(),
            relative: Relative::default(),
            absolute: Absolute::default(),
            gate: Gate::default(),
            tripped: None,
        }
    }

    /// What counts as slow.
    pub fn latency(&self) -> Latency {
        self.latency
    }

    /// A new step begins: patience starts anew, the evidence stays.
    pub fn begin_step(&mut self) {
        self.step_began = self.clock;
        self.step_requests = 0;
        self.held = Duration::ZERO;
    }

    /// Takes in what came in during the last `passed`.
    pub fn observe(&mut self, passed: Duration, deltas: &[Delta]) {
        self.clock += passed;
        // Known before these requests were, as the test demands.
        let allowed = self.allowed();
        let mut stable = Tally::default();
        for delta in deltas {
            stable += delta.stable;
        }
        // Stable first: a shared outage must shut the gate before the canary is blamed for it.
        self.gate.observe(self.clock, stable, allowed);
        let mut canary = Tally::default();
        for delta in deltas {
            self.relative.observe(delta);
            canary += delta.canary;
        }
        self.canary += canary;
        self.stable += stable;
        self.step_requests += canary.requests;
        self.absolute.observe(self.clock, canary, stable.requests);
        self.settle(passed, allowed);
    }

    /// Takes in requests that towel sent itself, as many to one release as to the other.
    pub fn observe_probes(&mut self, canary_bad: u64, stable_bad: u64, each: u64) {
        let allowed = self.allowed();
        self.relative.observe_probes(canary_bad, stable_bad, each);
        self.gate.observe(self.clock, Tally { requests: each, bad: stable_bad, slow: 0 }, allowed);
        self.absolute.observe(self.clock, Tally { requests: each, bad: canary_bad, slow: 0 }, each);
        self.settle(Duration::ZERO, allowed);
    }

    /// Counts against the canary what stable does not share.
    fn settle(&mut self, passed: Duration, allowed: f64) {
        let shut = self.gate.is_shut(self.clock);
        if shut {
            self.held += passed;
        }
        if shut || (self.absolute.has_errors_waiting() && self.gate.is_suspicious(allowed)) {
            self.absolute.drop_waiting();
        }
        self.absolute.count(self.clock, allowed);
        self.trip();
    }

    /// Whether requests come in too slowly to answer within `bake`, so that probes help.
    pub fn is_starved(&self, share: f64, bake: Duration) -> bool {
        const LONG_ENOUGH_TO_TELL: Duration = Duration::from_secs(10);
        let watched = self.clock - self.step_began;
        if watched < LONG_ENOUGH_TO_TELL {
            return false;
        }
        let rate = self.step_requests as f64 / watched.as_secs_f64();
        self.missing(share) as f64 > rate * bake.saturating_sub(watched).as_secs_f64()
    }

    /// What the evidence shows at a step with this share of traffic.
    pub fn verdict(&self, share: f64) -> Verdict {
        if let Some(why) = &self.tripped {
            return Verdict::Abort { why: why.clone() };
        }
        if self.gate.is_shut(self.clock) {
            return Verdict::Hold { why: self.describe_outage() };
        }
        if self.upper() <= self.needed(share) {
            return Verdict::Promote;
        }
        let why = self.describe_missing(share);
        let waited = (self.clock - self.step_began).saturating_sub(self.held);
        if waited >= self.patience { Verdict::Insufficient { why } } else { Verdict::Continue { why } }
    }

    /// The numbers.
    pub fn explain(&self, share: f64) -> Explanation {
        Explanation {
            canary: self.canary,
            stable: self.stable,
            odds_relative: self.relative.log().exp(),
            odds_absolute: self.absolute.log().exp(),
            limit: LIMIT,
            allowed: self.allowed(),
            upper: self.upper(),
            needed: self.needed(share),
            missing: self.missing(share),
            slow_above: self.latency.bound,
            held: self.gate.is_shut(self.clock),
        }
    }

    fn history(&self) -> Tally {
        let mut history = self.history;
        if history.requests < LITTLE_HISTORY {
            history += self.stable;
        }
        history
    }

    /// U_hist in the formulas.
    fn highest_of_history(&self) -> f64 {
        let history = self.history();
        wilson_upper(history.bad, history.requests, Z_HISTORY)
    }

    /// Stable's rate now: its history, moved by what it does during the rollout.
    fn rate_now(&self) -> f64 {
        let history = self.history();
        let before = if history.requests == 0 { 0.0 } else { history.bad as f64 / history.requests as f64 };
        let (bad, requests) = (self.stable.bad as f64, self.stable.requests as f64);
        (bad + HISTORY_WEIGHT * before) / (requests + HISTORY_WEIGHT)
    }

    /// θ₀ = max(1 %, 1.5·max(U_hist, stable's rate now)).
    ///
    /// A fixed 2·U_hist was tried: it is slower to see 1 % become 5 %, and blames the canary when
    /// both releases fail three times as often as in the past (7 % of healthy canaries aborted,
    /// 1 % this way; see `simulation`).
    fn allowed(&self) -> f64 {
        (TOLERANCE * self.highest_of_history().max(self.rate_now())).max(LEAST_ALLOWED)
    }

    fn upper(&self) -> f64 {
        wilson_upper(self.canary.bad, self.canary.requests, Z_PROMOTE)
    }

    fn needed(&self, share: f64) -> f64 {
        let least = if share < 0.5 { 0.05 } else { 0.02 };
        // Where nothing is known of stable, its bound is 1 and would let anything pass.
        if self.history().requests < LITTLE_HISTORY { least } else { (2.0 * self.highest_of_history()).max(least) }
    }

    /// Clean requests until the canary's upper bound is low enough.
    fn missing(&self, share: f64) -> u64 {
        let needed = self.needed(share);
        let enough = |more: u64| wilson_upper(self.canary.bad, self.canary.requests + more, Z_PROMOTE) <= needed;
        let mut most = 1;
        while !enough(most) {
            most *= 2;
        }
        let mut least = 0;
        while least < most {
            let middle = u64::midpoint(least, most);
            if enough(middle) { most = middle } else { least = middle + 1 }
        }
        least
    }

    fn trip(&mut self) {
        if self.tripped.is_some() {
            return;
        }
        let (relative, absolute) = (self.relative.log().exp(), self.absolute.log().exp());
        if relative >= LIMIT && self.relative.is_worth_it() {
            self.tripped = Some(self.describe_worse(relative));
        } else if absolute >= LIMIT {
            self.tripped = Some(self.describe_bad(absolute));
        }
    }

    fn describe_worse(&self, odds: f64) -> String {
        let Names { canary, stable } = &self.names;
        let (its, theirs) = (self.canary, self.stable);
        let compared = if its.slow > its.bad {
            let above = self.latency.bound.unwrap_or_default() * 1000.0;
            format!(
                "`{canary}` took longer than {above:.0} ms for {} of {} requests while `{stable}` did for {} of {}",
                its.slow, its.requests, theirs.slow, theirs.requests
            )
        } else {
            format!(
                "`{canary}` answered {} of {} requests with errors while `{stable}` answered {} of {} with errors",
                its.bad, its.requests, theirs.bad, theirs.requests
            )
        };
        format!("{compared}; odds {}:1 against it; limit {LIMIT}:1", grouped(odds))
    }

    fn describe_bad(&self, odds: f64) -> String {
        format!(
            "`{}` answered {} of {} requests with errors; the history of `{}` allows {:.1} %; odds {}:1 against it; limit {LIMIT}:1",
            self.names.canary,
            self.canary.bad,
            self.canary.requests,
            self.names.stable,
            self.allowed() * 100.0,
            grouped(odds)
        )
    }

    fn describe_outage(&self) -> String {
        let recent = self.gate.recent();
        format!(
            "`{}` itself answered {} of its last {} requests with errors; judging goes on when it has been well for 60s",
            self.names.stable, recent.bad, recent.requests
        )
    }

    fn describe_missing(&self, share: f64) -> String {
        format!(
            "`{}` answered {} of {} requests with errors; {} more without an error would show that fewer than {:.0} % fail",
            self.names.canary,
            self.canary.bad,
            self.canary.requests,
            self.missing(share),
            self.needed(share) * 100.0
        )
    }
}
