//! Carries one effect out over the engine and the data plane.

use std::time::Duration;

use tokio::time::timeout;
use towel_engine::{Engine, EngineError, TaskReport, Workload};

use super::Driver;
use super::run::Run;
use crate::machine::{Effect, Fault, Side};
use crate::traffic::{Share, Traffic, TrafficError};

/// What a hook's own limit is stretched by, so that the engine's report comes first.
const GRACE: Duration = Duration::from_secs(10);

/// What an effect needs to be carried out, apart from the run that goes on meanwhile.
pub(super) struct Task {
    effect: Effect,
    new: Workload,
    old: Option<Workload>,
    epoch: u64,
    limit: Duration,
}

impl Task {
    pub(super) fn new(run: &Run, effect: &Effect, call_limit: Duration) -> Self {
        let limit = match effect {
            // The rollout's own deadline ends a backup that hangs, and says so.
            Effect::Backup => run.plan.deadline * 2,
            Effect::Hook { index } => {
                run.new.service.rollout.before.get(*index).map_or(call_limit, |hook| hook.within + GRACE)
            }
            Effect::Smoke => {
                let smokes = &run.new.service.rollout.smoke;
                smokes.iter().map(|smoke| smoke.within).sum::<Duration>() + GRACE
            }
            _ => call_limit,
        };
        Self { effect: effect.clone(), new: run.new.clone(), old: run.old.clone(), epoch: run.epoch, limit }
    }
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Carries the effect out, within its limit.
    pub(super) async fn carry(&self, task: &Task) -> Result<(), Fault> {
        match timeout(task.limit, self.carry_unhurried(task)).await {
            Ok(result) => result,
            Err(_) => Err(transient(format!("{} took longer than {}s", task.effect, task.limit.as_secs()))),
        }
    }

    async fn carry_unhurried(&self, task: &Task) -> Result<(), Fault> {
        match &task.effect {
            Effect::Preflight => self.engine.preflight(&task.new).await.map_err(|error| refused_by_engine(&error)),
            Effect::Backup => self.back_up(task).await,
            Effect::Hook { index } => self.run_hook(task, *index).await,
            Effect::Scale { side: Side::New, to } => {
                self.engine.apply(&task.new, *to).await.map_err(|error| refused_by_engine(&error))
            }
            Effect::Scale { side: Side::Old, to } => match &task.old {
                Some(old) => self.engine.apply(old, *to).await.map_err(|error| refused_by_engine(&error)),
                None => Ok(()),
            },
            Effect::Split { share } => self.split(task, *share).await,
            Effect::Smoke => self.smoke(task).await,
            // The journal is all that it takes; it is written with the state after it.
            Effect::Promote => Ok(()),
            Effect::Retire => self.retire(task).await,
        }
    }

    async fn back_up(&self, task: &Task) -> Result<(), Fault> {
        let backup = self.settings.preparations.backup(task.new.name());
        backup.await.map_err(|error| permanent(format!("the backup before the deploy failed: {error}")))
    }

    async fn run_hook(&self, task: &Task, index: usize) -> Result<(), Fault> {
        let Some(hook) = task.new.service.rollout.before.get(index) else { return Ok(()) };
        let report = self
            .engine
            .run_once(&task.new, &hook.run.value, hook.within)
            .await
            .map_err(|error| refused_by_engine(&error))?;
        if report.code == Some(0) && !report.timed_out {
            return Ok(());
        }
        Err(permanent(describe_hook(&hook.run.value.text, hook.within, &report)))
    }

    async fn split(&self, task: &Task, share: f64) -> Result<(), Fault> {
        // Who cannot be reached has no share to be moved.
        if task.new.service.port.is_none() {
            return Ok(());
        }
        let new = Share { release: task.new.release, weight: share };
        let shares = match &task.old {
            Some(old) => vec![Share { release: old.release, weight: 1.0 - share }, new],
            None => vec![new],
        };
        self.traffic.split(task.new.name(), task.epoch, &shares).await.map_err(|error| refused_by_traffic(&error))
    }

    async fn smoke(&self, task: &Task) -> Result<(), Fault> {
        for smoke in &task.new.service.rollout.smoke {
            let path = smoke.get.value.as_str();
            let answer = self.traffic.probe(task.new.name(), task.new.release, path, smoke.within).await;
            let what = match answer {
                Ok((status, seconds)) if status == smoke.expect && seconds <= smoke.within.as_secs_f64() => continue,
                Ok((status, _)) if status == smoke.expect => format!("took longer than {}ms", smoke.within.as_millis()),
                Ok((status, _)) => format!("answered {status} instead of {}", smoke.expect),
                Err(error) => format!("was not answered: {error}"),
            };
            return Err(transient(format!("the smoke request `GET {path}` to `{}` {what}", task.new.version)));
        }
        Ok(())
    }

    async fn retire(&self, task: &Task) -> Result<(), Fault> {
        if let Some(old) = &task.old {
            self.engine.apply(old, 0).await.map_err(|error| refused_by_engine(&error))?;
        }
        // Whatever an earlier rollout had to leave behind goes too.
        let instances = self.engine.observe().await.map_err(|error| refused_by_engine(&error))?;
        let mut left: Vec<_> = instances
            .iter()
            .filter(|instance| instance.service == task.new.name() && instance.release != task.new.release)
            .map(|instance| instance.release)
            .collect();
        left.sort_unstable();
        left.dedup();
        for release in left {
            let known = self.journal.release(release).map_err(|error| transient(error.to_string()))?;
            if let Some(release) = known {
                self.engine.apply(&release.workload, 0).await.map_err(|error| refused_by_engine(&error))?;
            }
        }
        Ok(())
    }
}

fn describe_hook(command: &str, within: Duration, report: &TaskReport) -> String {
    let mut message = match report.code {
        _ if report.timed_out => format!("the before-hook `{command}` took longer than {}s", within.as_secs()),
        Some(code) => format!("the before-hook `{command}` ended with status {code}"),
        None => format!("the before-hook `{command}` was ended by a signal"),
    };
    if !report.last_lines.is_empty() {
        message.push_str("; its last lines:");
        for line in &report.last_lines {
            message.push_str("\n    ");
            message.push_str(line);
        }
    }
    message
}

fn refused_by_engine(error: &EngineError) -> Fault {
    match error {
        EngineError::Outside { .. } => transient(error.to_string()),
        EngineError::Artefact { .. } | EngineError::Unresolved { .. } | EngineError::Unknown { .. } => {
            permanent(error.to_string())
        }
    }
}

fn refused_by_traffic(error: &TrafficError) -> Fault {
    match error {
        TrafficError::Refused(_) => permanent(error.to_string()),
        TrafficError::Unreachable(_) | TrafficError::NoAnswer(_) => transient(error.to_string()),
    }
}

pub(super) fn transient(message: String) -> Fault {
    Fault { message, permanent: false }
}

fn permanent(message: String) -> Fault {
    Fault { message, permanent: true }
}
