//! Replays the declared smoke requests to both releases where traffic alone does not tell.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use towel_engine::{Engine, ReleaseId};
use towel_model::Smoke;

use super::Driver;
use super::run::Run;
use crate::machine::Stage;
use crate::traffic::{Traffic, TrafficError};

/// One request a second, every other one to the canary.
const PAIR_EVERY: Duration = Duration::from_secs(2);

/// When the next pair is due, and with which of the smoke requests.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Probes {
    due: Option<Instant>,
    turn: usize,
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Sends the next pair when it is due and takes in its answers; never returns when no probe
    /// is called for. May be dropped at any time: half a pair counts for nothing.
    pub(super) async fn probe(&self, run: &mut Run) {
        if !is_called_for(run) {
            run.probes.due = None;
            return std::future::pending().await;
        }
        let due = *run.probes.due.get_or_insert_with(Instant::now);
        sleep_until(due).await;
        let smokes = &run.new.service.rollout.smoke;
        let (Some(smoke), Some(old)) = (smokes.get(run.probes.turn % smokes.len().max(1)), &run.old) else {
            return std::future::pending().await;
        };
        let service = run.new.name();
        let (canary, stable) = tokio::join!(
            self.is_probe_bad(service, run.new.release, smoke),
            self.is_probe_bad(service, old.release, smoke)
        );
        run.probes.due = Some(due + PAIR_EVERY);
        run.probes.turn += 1;
        // Only whole pairs are comparable: each bad answer had the same chance to be either's.
        if let (Some(canary), Some(stable), Some(judging)) = (canary, stable, &mut run.judging) {
            judging.judge.observe_probes(u64::from(canary), u64::from(stable), 1);
        }
    }

    /// None when the data plane is at fault and not the release.
    async fn is_probe_bad(&self, service: &str, release: ReleaseId, smoke: &Smoke) -> Option<bool> {
        match self.traffic.probe(service, release, &smoke.get.value, smoke.within).await {
            Ok((status, seconds)) => Some(status != smoke.expect || seconds > smoke.within.as_secs_f64()),
            Err(TrafficError::NoAnswer(_)) => Some(true),
            Err(TrafficError::Unreachable(_) | TrafficError::Refused(_)) => None,
        }
    }
}

fn is_called_for(run: &Run) -> bool {
    let Some(judging) = &run.judging else { return false };
    let is_judging = run.state.stage == Stage::Bake && run.state.share > 0.0 && run.state.share < 1.0;
    is_judging && !run.new.service.rollout.smoke.is_empty() && judging.judge.is_starved(run.state.share, run.plan.bake)
}
