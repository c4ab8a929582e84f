//! Looks at the world and makes a `View` of it.

use towel_engine::{Engine, Exit, Instance, Phase};

use super::Driver;
use super::judging::Judging;
use super::run::Run;
use crate::freeze::is_frozen;
use crate::machine::{Group, Sight, Stage, View};
use crate::traffic::Traffic;

/// Log lines that a cause shows.
const LINES: usize = 10;
/// Failed looks at the evidence in a row until it counts as missing; one may be bad luck.
const BLIND_AFTER: u32 = 3;

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Looks at the world. What cannot be seen now stays as it was seen last.
    pub(super) async fn look(&self, run: &mut Run) {
        let passed = run.since_last_look();
        let mut view = View { passed, blind: run.view.blind.take(), ..View::default() };
        match self.engine.observe().await {
            Ok(instances) => self.see_instances(run, &mut view, &instances).await,
            Err(error) => {
                view.old = run.view.old;
                view.new = run.view.new;
                view.instances.clone_from(&run.view.instances);
                run.trouble = Some(format!("the engine does not tell what runs: {error}"));
            }
        }
        view.frozen = is_frozen(self.now(), &run.plan.freezes).map(|hit| hit.to_string());
        if run.plan.judged && run.state.is_forward() && !run.state.is_before_start() {
            self.weigh_evidence(run, &mut view).await;
        }
        run.view = view;
    }

    async fn see_instances(&self, run: &mut Run, view: &mut View, instances: &[Instance]) {
        run.trouble = None;
        let of_service = || instances.iter().filter(|instance| instance.service == run.plan.service);
        let group = |release| {
            let of_release = || of_service().filter(|instance| instance.release == release);
            Group { ready: count(of_release().filter(|instance| instance.is_ready())), total: count(of_release()) }
        };
        view.new = group(run.plan.to.release);
        view.old = run.plan.from.as_ref().map(|from| group(from.release)).unwrap_or_default();
        for instance in of_service() {
            if instance.release == run.plan.to.release && instance.state.phase != Phase::Draining {
                view.instances.push(self.see(instance).await);
            }
        }
    }

    async fn see(&self, instance: &Instance) -> Sight {
        let mut lines = instance.last_exit.as_ref().map(|exit| exit.last_lines.clone()).unwrap_or_default();
        if lines.is_empty() && !instance.is_ready() {
            // Only decorates a message; without them it is still true.
            lines = self.engine.last_lines(&instance.id, LINES).await.unwrap_or_default();
        }
        Sight {
            id: instance.id.clone(),
            phase: instance.state.phase,
            reason: instance.state.reason.clone(),
            restarts: instance.restarts,
            answer: instance.last_answer.clone(),
            exit: instance.last_exit.as_ref().map(describe_exit),
            lines,
        }
    }

    async fn weigh_evidence(&self, run: &mut Run, view: &mut View) {
        let evidence = match self.traffic.evidence(&run.plan.service).await {
            Ok(evidence) => evidence,
            Err(error) => {
                run.blind_looks += 1;
                view.blind = (run.blind_looks >= BLIND_AFTER).then(|| error.to_string());
                return;
            }
        };
        run.blind_looks = 0;
        view.blind = None;
        if run.judging.is_none() {
            // Before the first share, so nothing of the canary's is taken for history.
            run.judging = Judging::begin(&run.plan, &evidence, slo(run), self.settings.patience);
            if let Some(judging) = &mut run.judging {
                // Should the data plane have been silent until after the first split.
                judging.ledger.expect(run.epoch, run.state.share);
            }
        }
        let Some(judging) = &mut run.judging else { return };
        judging.observe(view.passed, &evidence, view);
        if run.state.stage == Stage::Bake {
            view.verdict = Some(judging.judge.verdict(run.state.share));
        }
    }
}

fn count<'a>(instances: impl Iterator<Item = &'a Instance>) -> u32 {
    u32::try_from(instances.count()).unwrap_or(u32::MAX)
}

/// The promise that stands in for a measured bound: the 95 % one, else the strictest above it.
fn slo(run: &Run) -> Option<f64> {
    let latency = &run.new.service.slo.as_ref()?.latency;
    let fits = latency.iter().filter(|(quantile, _)| *quantile >= 0.95);
    fits.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, bound)| bound.value.as_secs_f64())
}

fn describe_exit(exit: &Exit) -> String {
    match (exit.code, exit.signal) {
        (Some(code), _) => format!("with status {code}"),
        (None, Some(signal)) => format!("by signal {signal}"),
        (None, None) => "in an unknown way".to_owned(),
    }
}
