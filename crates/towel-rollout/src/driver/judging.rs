//! A rollout's judge with its ledger: what the journal keeps of the evidence.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::judge::{Judge, Latency, Ledger, Names, totals};
use crate::machine::{Plan, View};
use crate::traffic::Evidence;

/// A rollout's judge with its ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judging {
    pub(super) judge: Judge,
    pub(super) ledger: Ledger,
}

impl Judging {
    /// Begins at `evidence`; none when there is nobody to compare with.
    pub(super) fn begin(plan: &Plan, evidence: &Evidence, slo: Option<f64>, patience: Duration) -> Option<Self> {
        let stable = plan.from.as_ref()?;
        let (history, latencies) = totals(evidence, stable.release);
        let names = Names { canary: plan.to.name.clone(), stable: stable.name.clone() };
        // Even if patience runs out at every step the deadline must not come first, or
        // `on_insufficient` would not be heard.
        let steps = u32::try_from(plan.steps.len()).unwrap_or(u32::MAX);
        let patience = patience.min(plan.deadline / steps.saturating_add(1));
        let latency = Latency::fix(&latencies, slo);
        Some(Self {
            judge: Judge::new(names, history, latency, patience),
            ledger: Ledger::new(stable.release, plan.to.release, evidence, latency),
        })
    }

    /// Takes in what the data plane counted in the last `passed`.
    pub(super) fn observe(&mut self, passed: Duration, evidence: &Evidence, view: &View) {
        // A release without a ready instance got nothing, whatever its weight said.
        let forced = match (view.old.ready, view.new.ready) {
            (_, 0) => Some(0.0),
            (0, _) => Some(1.0),
            _ => None,
        };
        let deltas = self.ledger.take(evidence, self.judge.latency(), forced);
        self.judge.observe(passed, &deltas);
    }
}
