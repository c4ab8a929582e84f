//! What runs, what is being shipped and what it waits for: the shapes of `towel status --json`.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use towel_engine::{Engine, Instance, Phase, ReleaseId};

use super::Driver;
use super::plan::wanted;
use super::run::Run;
use crate::journal::{Release, RolloutId};
use crate::judge::{Explanation, Tally, quantile};
use crate::machine::{Cause, Kind, Plan, Stage, State};
use crate::traffic::Traffic;

/// A service as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceStatus {
    /// Its name.
    pub service: String,
    /// The release that serves when nothing is being shipped.
    pub release: Option<ReleaseId>,
    /// Its version.
    pub version: Option<String>,
    /// Its instances that are ready.
    pub ready: u32,
    /// Instances that it shall have.
    pub desired: u32,
    /// Every instance of the service, of whatever release.
    pub instances: Vec<Instance>,
    /// What is being shipped.
    pub rollout: Option<RolloutStatus>,
    /// The number of the rollout underway, also in the moment before it has looked at the world.
    pub underway: Option<RolloutId>,
}

/// A rollout as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolloutStatus {
    /// Its number.
    pub id: RolloutId,
    /// Deploy or rollback.
    pub kind: Kind,
    /// The version that is being shipped.
    pub version: String,
    /// The stage.
    pub stage: Stage,
    /// The stage in words.
    pub stage_name: String,
    /// The new release's share of requests now, from 0 to 1.
    pub share: f64,
    /// The shares that it goes through.
    pub steps: Vec<f64>,
    /// Which of them it is at or on its way to.
    pub step: usize,
    /// How the new release fares, where it is judged.
    pub canary: Option<Cohort>,
    /// How the old release fares meanwhile.
    pub stable: Option<Cohort>,
    /// The numbers behind the next verdict.
    pub evidence: Option<Explanation>,
    /// What it waits for; empty while it acts.
    pub waiting_for: String,
    /// Since when.
    pub since: Timestamp,
    /// When it is rolled back if it has not been promoted.
    pub deadline: Option<Timestamp>,
    /// Why it goes back, when it does.
    pub cause: Option<Cause>,
    /// The journal or the engine does not answer.
    pub trouble: Option<String>,
    /// The newer rollout that waits for this one to end.
    pub superseded_by: Option<RolloutId>,
}

/// What one release answered in a rollout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// Requests routed by weight.
    pub requests: u64,
    /// Of those: answered 5xx, not answered, or timed out.
    pub bad: u64,
    /// Answered well, but slower than allowed.
    pub slow: u64,
    /// 95th percentile of the latency of good answers, in seconds.
    pub p95: Option<f64>,
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Every service that has or had a release here, by name.
    pub async fn status(&self) -> Result<Vec<ServiceStatus>, super::Refused> {
        let instances = self.engine.observe().await?;
        let mut names = self.journal.services()?;
        names.extend(self.slots().keys().cloned());
        names.sort_unstable();
        names.dedup();
        names.into_iter().map(|name| self.status_of(name, &instances)).collect()
    }

    fn status_of(&self, service: String, instances: &[Instance]) -> Result<ServiceStatus, super::Refused> {
        let stable: Option<Release> = self.journal.stable(&service)?;
        let scale = self.journal.scale(&service)?;
        let instances: Vec<Instance> =
            instances.iter().filter(|instance| instance.service == service).cloned().collect();
        let id = stable.as_ref().map(Release::id);
        let ready = instances.iter().filter(|instance| Some(instance.release) == id && instance.is_ready()).count();
        Ok(ServiceStatus {
            release: id,
            version: stable.as_ref().map(|release| release.version().to_owned()),
            ready: u32::try_from(ready).unwrap_or(u32::MAX),
            desired: stable.as_ref().map_or(0, |release| wanted(&release.workload.service, scale)),
            rollout: self.rollout_status(&service),
            underway: self.running(&service),
            instances,
            service,
        })
    }

    pub(crate) fn rollout_status(&self, service: &str) -> Option<RolloutStatus> {
        let slots = self.slots();
        let slot = slots.get(service)?;
        let mut status = slot.status.borrow().clone()?;
        status.superseded_by = slot.waiting;
        Some(status)
    }

    pub(super) fn describe(&self, run: &Run) -> RolloutStatus {
        let (plan, state) = (&run.plan, &run.state);
        let evidence = run.judging.as_ref().map(|judging| judging.judge.explain(state.share));
        let cohort = |tally: Option<Tally>, release: Option<ReleaseId>| {
            let tally = tally?;
            let latencies = run.judging.as_ref()?.ledger.latencies(release?);
            let p95 = quantile(&latencies, 0.95);
            Some(Cohort { requests: tally.requests, bad: tally.bad, slow: tally.slow, p95 })
        };
        RolloutStatus {
            id: run.id,
            kind: plan.kind,
            version: plan.to.name.clone(),
            stage: state.stage,
            stage_name: state.stage.to_string(),
            share: state.share,
            steps: plan.steps.clone(),
            step: state.step,
            canary: cohort(evidence.as_ref().map(|evidence| evidence.canary), Some(plan.to.release)),
            stable: cohort(
                evidence.as_ref().map(|evidence| evidence.stable),
                plan.from.as_ref().map(|from| from.release),
            ),
            evidence,
            waiting_for: run.wait.as_ref().map(ToString::to_string).unwrap_or_default(),
            since: run.since,
            deadline: self.deadline(plan, state),
            cause: state.cause.clone(),
            trouble: run.trouble.clone(),
            superseded_by: None,
        }
    }

    fn deadline(&self, plan: &Plan, state: &State) -> Option<Timestamp> {
        let left = plan.deadline.saturating_sub(state.elapsed);
        let left = SignedDuration::try_from(left).ok()?;
        state.is_forward().then(|| self.now().checked_add(left).ok()).flatten()
    }
}

impl ServiceStatus {
    /// Whether everything that shall run is ready and nothing is being shipped.
    pub fn is_settled(&self) -> bool {
        let draining = self.instances.iter().any(|instance| instance.state.phase == Phase::Draining);
        self.underway.is_none() && self.ready >= self.desired && !draining
    }
}
