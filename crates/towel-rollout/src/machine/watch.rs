//! Watches the new release's instances, and says when one has failed for good.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_engine::Phase;

use super::{Cause, CauseKind, Plan, Sight, State, View};

/// An instance that ended this often before it was ever ready will not come up.
const EXITS_BEFORE_READY: u32 = 3;
/// An instance that was ready and is not again for so long is no passing hiccup.
const UNREADY: Duration = Duration::from_secs(10);
/// Nor is one that turned from ready to unready so often.
const FLIPS: u32 = 3;

/// What one instance did so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    restarts: u32,
    ready: bool,
    was_ready: bool,
    flips: u32,
    not_ready: Duration,
}

/// Takes note of every instance in the view; returns why the rollout must go back, if it must.
pub(super) fn watch(plan: &Plan, state: &mut State, view: &View) -> Option<Cause> {
    // A deleted instance is replaced under another id; its past is no longer of interest.
    state.watched.retain(|id, _| view.instances.iter().any(|sight| sight.id == *id));
    let mut cause = None;
    for sight in &view.instances {
        let watch = state.watched.entry(sight.id.clone()).or_default();
        watch.look(sight, view.passed);
        if cause.is_none() {
            cause = watch.trouble(plan, sight);
        }
    }
    cause
}

impl Watch {
    fn look(&mut self, sight: &Sight, passed: Duration) {
        let ready = sight.phase == Phase::Ready;
        if self.ready && !ready {
            self.flips += 1;
        }
        self.not_ready = if ready { Duration::ZERO } else { self.not_ready + passed };
        self.ready = ready;
    }

    fn trouble(&mut self, plan: &Plan, sight: &Sight) -> Option<Cause> {
        let restarted = sight.restarts > self.restarts;
        self.restarts = sight.restarts;
        let was_ready = self.was_ready;
        self.was_ready |= self.ready;
        let (kind, what) = match sight.phase {
            Phase::Failed => (CauseKind::NotStarted, format!("could not be started: {}", sight.reason)),
            Phase::CrashLoop => (CauseKind::CrashLoop, "ends again and again".to_owned()),
            _ if restarted && was_ready => {
                (CauseKind::Restarted, "was ready, ended and had to be started again".to_owned())
            }
            Phase::BackOff if was_ready => (CauseKind::Restarted, "was ready and then ended".to_owned()),
            _ if !self.was_ready && sight.restarts >= EXITS_BEFORE_READY => {
                (CauseKind::CrashLoop, format!("ended {} times and was never ready", sight.restarts))
            }
            _ if self.flips >= FLIPS => (CauseKind::Unready, format!("was ready and unready {} times", self.flips)),
            _ if was_ready && self.not_ready >= UNREADY => {
                (CauseKind::Unready, format!("was ready and has not been for {}s", UNREADY.as_secs()))
            }
            _ if !self.was_ready && self.not_ready > plan.start => {
                (CauseKind::NeverReady, format!("did not become ready within {}s", plan.start.as_secs()))
            }
            _ => return None,
        };
        Some(Cause::new(kind, describe(plan, sight, &what)))
    }
}

/// One message with the probe's last answer, the last exit and the last log lines.
fn describe(plan: &Plan, sight: &Sight, what: &str) -> String {
    let mut message = format!("instance `{}` of `{}` {what}", sight.id, plan.to.name);
    if let Some(answer) = &sight.answer {
        message.push_str(&format!("; its probe's last answer: {answer}"));
    }
    if let Some(exit) = &sight.exit {
        message.push_str(&format!("; its process ended {exit}"));
    }
    if !sight.lines.is_empty() {
        message.push_str("; its last log lines:");
        for line in &sight.lines {
            message.push_str("\n    ");
            message.push_str(line);
        }
    }
    message
}
