//! From a release and the stable one to the plan of a rollout.

use std::time::Duration;

use towel_engine::Workload;
use towel_model::{Service, Strategy};

use crate::journal::Request;
use crate::machine::{Kind, Plan, Version, Way};

/// How long a new release that nobody judges is watched at full share.
const SETTLE: Duration = Duration::from_secs(5);
/// What the engine may take for starting and stopping beyond the times that the file gives.
const MARGIN: Duration = Duration::from_secs(10);

/// The plan for shipping `new` in place of `old`.
pub(super) fn plan(
    request: &Request,
    new: &Workload,
    old: Option<&Workload>,
    scale: Option<u32>,
    backup: bool,
) -> Plan {
    let service = &new.service;
    let rollout = &service.rollout;
    let is_deploy = request.kind == Kind::Deploy;
    let strategy = rollout.strategy.value;
    let traffic = service.port.is_some();
    let judged = is_deploy && strategy == Strategy::Canary && traffic && old.is_some();
    let beside = old.is_some() && strategy != Strategy::Recreate;
    Plan {
        service: new.name().to_owned(),
        kind: request.kind,
        way: if beside { Way::Beside } else { Way::Instead },
        from: old.map(version),
        to: version(new),
        traffic,
        judged,
        steps: if judged { steps(service) } else { vec![1.0] },
        bake: rollout.bake.value,
        settle: SETTLE.min(rollout.bake.value),
        deadline: rollout.deadline.value,
        start: service.health.start.value,
        stop: service.drain.value + service.stop.value + MARGIN,
        replicas: wanted(service, scale),
        surge: rollout.surge.value,
        backup: is_deploy && backup,
        hooks: if is_deploy { rollout.before.len() } else { 0 },
        smoke: is_deploy && traffic && !rollout.smoke.is_empty(),
        on_insufficient: rollout.on_insufficient.value,
        freezes: request.freezes.clone(),
    }
}

/// Instances that a service has when nothing is being shipped.
pub(super) fn wanted(service: &Service, scale: Option<u32>) -> u32 {
    scale.unwrap_or(service.replicas.value.min)
}

/// Least time that a deploy of this service takes.
pub(super) fn least_time(service: &Service, has_stable: bool) -> Duration {
    let rollout = &service.rollout;
    if has_stable && service.port.is_some() && rollout.strategy.value == Strategy::Canary {
        return rollout.bake.value * u32::try_from(steps(service).len()).unwrap_or(u32::MAX);
    }
    SETTLE.min(rollout.bake.value)
}

/// Rising shares that end at 1; `towel check` refuses others, a journal may hold them.
fn steps(service: &Service) -> Vec<f64> {
    let mut steps: Vec<f64> = Vec::new();
    for step in &service.rollout.steps {
        let share = step.value.share();
        if share > steps.last().copied().unwrap_or(0.0) && share < 1.0 {
            steps.push(share);
        }
    }
    steps.push(1.0);
    steps
}

fn version(workload: &Workload) -> Version {
    Version { release: workload.release, name: workload.version.clone() }
}
