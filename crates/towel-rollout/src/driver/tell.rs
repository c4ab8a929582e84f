//! Puts what a rollout does into words, for events.

use towel_engine::Engine;

use super::Driver;
use super::run::Run;
use crate::journal::EventKind;
use crate::machine::{Effect, Ending, Kind, Outcome, Stage, Wait, instances};
use crate::traffic::Traffic;

impl<E: Engine, T: Traffic> Driver<E, T> {
    pub(super) fn tell_stage(&self, run: &Run) {
        let version = &run.plan.to.name;
        let message = match run.state.stage {
            Stage::RollBack => {
                let cause = run.state.cause.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("`{version}` is rolled back to `{}`: {cause}", run.plan.old_name())
            }
            // The end is told once the journal has it.
            Stage::Done(Ending::Healthy | Ending::RolledBack | Ending::Failed) => return,
            stage => format!("`{version}`: {stage}"),
        };
        self.emit(&run.plan.service, Some(run.id), EventKind::Progress, message);
    }

    pub(super) fn tell_progress(&self, run: &Run, effect: &Effect) {
        let (version, old) = (&run.plan.to.name, run.plan.old_name());
        let message = match effect {
            Effect::Split { share } if run.plan.traffic => {
                format!("`{version}` gets {:.0}% of requests, `{old}` {:.0}%", share * 100.0, (1.0 - share) * 100.0)
            }
            Effect::Scale { .. } | Effect::Hook { .. } | Effect::Backup => format!("`{version}`: done {effect}"),
            _ => return,
        };
        self.emit(&run.plan.service, Some(run.id), EventKind::Progress, message);
    }

    pub(super) fn tell_wait(&self, run: &Run, wait: &Wait) {
        let kind = if wait.is_alert() { EventKind::Alert } else { EventKind::Waiting };
        let message = format!("`{}` waits for {wait}", run.plan.to.name);
        self.emit(&run.plan.service, Some(run.id), kind, message);
    }

    pub(super) fn tell_end(&self, run: &Run, outcome: &Outcome) {
        let version = &run.plan.to.name;
        let (kind, message) = match outcome {
            Outcome::Healthy if run.plan.kind == Kind::Rollback => {
                (EventKind::Healthy, format!("`{version}` is back and serves"))
            }
            Outcome::Healthy => (EventKind::Healthy, format!("`{version}` is healthy and serves all requests")),
            Outcome::RolledBack { cause } => (
                EventKind::RolledBack,
                format!("`{version}` was rolled back; `{}` serves: {cause}", run.plan.old_name()),
            ),
            Outcome::Failed { cause } => (EventKind::Failed, format!("`{version}` was not deployed: {cause}")),
        };
        self.emit(&run.plan.service, Some(run.id), kind, message);
        self.tell_leftovers(run, outcome);
    }

    /// A rollout does not wait for ever for instances that will not go; somebody must look.
    fn tell_leftovers(&self, run: &Run, outcome: &Outcome) {
        let (group, version) = match outcome {
            Outcome::Healthy => (run.view.old, run.plan.old_name()),
            Outcome::RolledBack { .. } => (run.view.new, run.plan.to.name.as_str()),
            Outcome::Failed { .. } => return,
        };
        if group.total > 0 {
            let message = format!("{} of `{version}` could not be stopped", instances(group.total));
            self.emit(&run.plan.service, Some(run.id), EventKind::Alert, message);
        }
    }
}
