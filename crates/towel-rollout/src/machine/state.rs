//! Where a rollout is: what the journal keeps of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::watch::Watch;
use super::{Cause, Effect, Plan, Side};

/// Where a rollout is. Times are those during which somebody watched, so neither a clock that
/// jumps nor a supervisor that was dead for a while makes a bake look done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The stage.
    pub stage: Stage,
    /// Which of the plan's shares it is at, or on its way to.
    pub step: usize,
    /// Instances at full share; follows `scale`.
    pub replicas: u32,
    /// Instances that the old release has when nothing is being shipped.
    pub before: u32,
    /// Instances of the old release that were wished for last.
    pub old: u32,
    /// Instances of the new release that were wished for last.
    pub new: u32,
    /// The new release's share in force.
    pub share: f64,
    /// What was attempted and not confirmed; it may or may not be so, and is asked for again.
    pub unsure: Unsure,
    /// Whether the old release was scaled down in the course of this rollout.
    pub thinned: bool,
    /// Whether all but the stable release were told to stop, after promotion.
    pub retired: bool,
    /// Whether the smoke requests were answered well before the first share.
    pub smoked: bool,
    /// Whether a person said to promote without a verdict.
    pub unjudged: bool,
    /// Time since the beginning.
    pub elapsed: Duration,
    /// Time since the stage began.
    pub in_stage: Duration,
    /// Time since an effect was last carried out.
    pub unmoved: Duration,
    /// Time at this step during which evidence came in and stable was well.
    pub baked: Duration,
    /// What its instances did so far.
    pub watched: BTreeMap<String, Watch>,
    /// The effect that failed last and is tried again.
    pub retry: Option<Retry>,
    /// Why it goes back.
    pub cause: Option<Cause>,
}

/// What was attempted and not confirmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsure {
    /// The old release's count.
    pub old: bool,
    /// The new release's count.
    pub new: bool,
    /// The share.
    pub share: bool,
}

/// A stage of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looks whether the version can be started.
    Preflight,
    /// Takes a backup.
    Backup,
    /// Runs the before-hook of this number.
    Before(usize),
    /// Starts the new release's first instances, waits until they are ready, smokes them.
    Start,
    /// Moves traffic to the step's share, capacity first.
    Shift,
    /// Watches and judges at the step's share.
    Bake,
    /// Smokes at full share.
    Smoke,
    /// Makes the new release the stable one.
    Promote,
    /// Stops the old release.
    Drain,
    /// Brings traffic back to the old release, capacity first.
    RollBack,
    /// Stops the new release.
    DrainCanary,
    /// It ended.
    Done(Ending),
}

/// How a rollout ended, without the cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The new release is the stable one.
    Healthy,
    /// The old release serves as before.
    RolledBack,
    /// Nothing was begun, or nothing is left to go back to.
    Failed,
}

/// How a rollout ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// The new release is the stable one.
    Healthy,
    /// The old release serves as before.
    RolledBack {
        /// Why.
        cause: Cause,
    },
    /// Nothing was begun, or nothing is left to go back to.
    Failed {
        /// Why.
        cause: Cause,
    },
}

/// An effect that failed and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// What was being done, in words.
    pub doing: String,
    /// What was answered.
    pub error: String,
    /// How often in a row.
    pub tries: u32,
    /// Time until the next try.
    pub left: Duration,
}

impl State {
    /// The state in which a rollout begins; `old` instances of the stable release are wished for.
    pub fn new(plan: &Plan, old: u32) -> Self {
        Self {
            stage: Stage::Preflight,
            step: 0,
            replicas: plan.replicas,
            before: old,
            old,
            new: 0,
            share: 0.0,
            unsure: Unsure::default(),
            thinned: false,
            retired: false,
            smoked: false,
            unjudged: false,
            elapsed: Duration::ZERO,
            in_stage: Duration::ZERO,
            unmoved: Duration::ZERO,
            baked: Duration::ZERO,
            watched: BTreeMap::new(),
            retry: None,
            cause: None,
        }
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<Outcome> {
        let Stage::Done(ending) = self.stage else { return None };
        let cause = || self.cause.clone().unwrap_or_else(Cause::unknown);
        Some(match ending {
            Ending::Healthy => Outcome::Healthy,
            Ending::RolledBack => Outcome::RolledBack { cause: cause() },
            Ending::Failed => Outcome::Failed { cause: cause() },
        })
    }

    /// Whether it can still go back to the old release.
    pub fn is_forward(&self) -> bool {
        !matches!(self.stage, Stage::Promote | Stage::Drain | Stage::RollBack | Stage::DrainCanary | Stage::Done(_))
    }

    /// Whether nothing of the new release was started yet.
    pub fn is_before_start(&self) -> bool {
        matches!(self.stage, Stage::Preflight | Stage::Backup | Stage::Before(_))
    }

    /// The state in which `effect` is about to be carried out: should nobody learn how it went,
    /// it counts as possibly done.
    pub fn attempt(&mut self, effect: &Effect) {
        match effect {
            Effect::Scale { side: Side::Old, to } => {
                self.thinned |= *to < self.before;
                self.old = *to;
                self.unsure.old = true;
            }
            Effect::Scale { side: Side::New, to } => {
                self.new = *to;
                self.unsure.new = true;
            }
            Effect::Split { share } => {
                self.share = *share;
                self.unsure.share = true;
            }
            _ => {}
        }
    }

    /// The state after nobody watched for a while, as after a crash: what should be so is asked
    /// for again before anything builds on it.
    pub fn resumed(mut self, plan: &Plan) -> Self {
        self.unsure = Unsure {
            old: plan.from.is_some(),
            new: self.new > 0 || self.unsure.new,
            share: (plan.traffic && plan.from.is_some()) || self.share > 0.0 || self.unsure.share,
        };
        self.retired = false;
        self
    }

    pub(super) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.in_stage = Duration::ZERO;
        self.retry = None;
    }

    pub(super) fn target(&self, plan: &Plan) -> f64 {
        plan.steps.get(self.step).copied().unwrap_or(1.0)
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Preflight => "preflight",
            Self::Backup => "backup",
            Self::Before(_) => "before-hooks",
            Self::Start => "start canary",
            Self::Shift => "shift",
            Self::Bake => "judge",
            Self::Smoke => "smoke",
            Self::Promote => "promote",
            Self::Drain => "drain old",
            Self::RollBack => "roll back",
            Self::DrainCanary => "drain canary",
            Self::Done(Ending::Healthy) => "healthy",
            Self::Done(Ending::RolledBack) => "rolled_back",
            Self::Done(Ending::Failed) => "failed",
        })
    }
}
