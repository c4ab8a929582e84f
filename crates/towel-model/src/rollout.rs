//! How versions are shipped.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_source::{Diagnostic, Span, Spanned};

use crate::key::{Reader, choices, keys};
use crate::reference::Filled;
use crate::word::{Interval, Path, Positive, Share, Status};
use crate::{Class, Percent, Template};

/// How versions are shipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    /// The way.
    pub strategy: Spanned<Strategy>,
    /// Shares of traffic, rising to 100 %.
    pub steps: Vec<Spanned<Percent>>,
    /// Least time at a step.
    pub bake: Spanned<Duration>,
    /// Most time for the whole rollout.
    pub deadline: Spanned<Duration>,
    /// Most instances above `replicas` while shipping.
    pub surge: Spanned<u32>,
    /// Commands run once before the canary starts.
    pub before: Vec<Hook>,
    /// Requests that must be answered well after promotion; safe to repeat.
    pub smoke: Vec<Smoke>,
    /// What happens when traffic never suffices to judge.
    pub on_insufficient: Spanned<OnInsufficient>,
}

/// The way a version is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// A share of traffic, judged, step by step.
    Canary,
    /// Instance by instance; readiness only.
    Rolling,
    /// Stop the old, start the new; requests wait meanwhile.
    Recreate,
}

/// What happens when traffic never suffices to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnInsufficient {
    /// Stay at the step and say so.
    Hold,
    /// Go on.
    Promote,
    /// Go back.
    Rollback,
}

/// A command run once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// The command.
    pub run: Spanned<Template>,
    /// Most time for it.
    pub within: Duration,
}

/// A request that must be answered well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Smoke {
    /// Path.
    pub get: Spanned<String>,
    /// Status.
    pub expect: u16,
    /// Most time for the answer.
    pub within: Duration,
}

keys! {
    /// How versions are shipped.
    RolloutKeys = "rollout" {
        /// The way.
        strategy: Spanned<Strategy>, default "`canary`; `recreate` in dev";
        /// Shares of traffic, rising to 100%.
        steps: Vec<Spanned<Share>>, default "10%, 50%, 100%";
        /// Least time at a step.
        bake: Spanned<Duration>, default "2m in production, 30s in staging, 10s in dev";
        /// Most time for the whole rollout.
        deadline: Spanned<Interval>, default "30m";
        /// Most instances above `replicas` while shipping.
        surge: Spanned<Positive>, default "1";
        /// Commands run once, in this order, before the first new instance starts.
        before: Vec<HookKeys>;
        /// Requests that must be answered well after promotion; safe to repeat.
        smoke: Vec<SmokeKeys>;
        /// What happens when there is never enough traffic to judge.
        on_insufficient: Spanned<OnInsufficient>, default "`hold`";
    }
}

keys! {
    /// A command run once.
    HookKeys = "hook" {
        /// The command, split like a shell would, but run without one.
        run (required): Spanned<Filled>;
        /// Most time for it.
        within: Interval, default "10m";
    }
}

keys! {
    /// A request that must be answered well.
    SmokeKeys = "smoke request" {
        /// The path.
        get (required): Spanned<Path>;
        /// The status of a good answer.
        expect: Status, default "200";
        /// Most time for the answer.
        within: Interval, default "2s";
    }
}

choices! {
    Strategy {
        "canary" => Self::Canary, "A share of traffic, judged, step by step.";
        "rolling" => Self::Rolling, "Instance by instance; readiness only.";
        "recreate" => Self::Recreate, "Stop the old, start the new; requests wait meanwhile.";
    }
}

choices! {
    OnInsufficient {
        "hold" => Self::Hold, "Stay at the step and say so.";
        "promote" => Self::Promote, "Go on.";
        "rollback" => Self::Rollback, "Go back.";
    }
}

impl Rollout {
    /// With what the class gives where `keys` say nothing; `at` is the service.
    pub(crate) fn build(keys: Option<RolloutKeys>, class: Class, at: Span, reader: &mut Reader<'_>) -> Self {
        let Some(keys) = keys else { return Self::of_class(class, at) };
        let default = Self::of_class(class, at);
        let steps = keys.steps.filter(|steps| !steps.is_empty());
        if let Some(steps) = &steps {
            check_steps(steps, reader);
        }
        Self {
            strategy: keys.strategy.unwrap_or(default.strategy),
            steps: steps.map_or(default.steps, |steps| steps.into_iter().map(|step| step.map(|step| step.0)).collect()),
            bake: keys.bake.unwrap_or(default.bake),
            deadline: keys.deadline.map_or(default.deadline, |deadline| deadline.map(|deadline| deadline.0)),
            surge: keys.surge.map_or(default.surge, |surge| surge.map(|surge| surge.0)),
            before: keys.before.unwrap_or_default().into_iter().filter_map(HookKeys::build).collect(),
            smoke: keys.smoke.unwrap_or_default().into_iter().filter_map(SmokeKeys::build).collect(),
            on_insufficient: keys.on_insufficient.unwrap_or(default.on_insufficient),
        }
    }

    fn of_class(class: Class, at: Span) -> Self {
        Self {
            strategy: Spanned::new(class.strategy(), at),
            steps: [10.0, 50.0, 100.0].map(|step| Spanned::new(Percent(step), at)).to_vec(),
            bake: Spanned::new(class.bake(), at),
            deadline: Spanned::new(Duration::from_secs(30 * 60), at),
            surge: Spanned::new(1, at),
            before: Vec::new(),
            smoke: Vec::new(),
            on_insufficient: Spanned::new(OnInsufficient::Hold, at),
        }
    }
}

impl HookKeys {
    fn build(self) -> Option<Hook> {
        let within = self.within.map_or(Duration::from_secs(600), |within| within.0);
        Some(Hook { run: self.run?.map(|run| run.0), within })
    }
}

impl SmokeKeys {
    fn build(self) -> Option<Smoke> {
        Some(Smoke {
            get: self.get?.map(|path| path.0),
            expect: self.expect.map_or(200, |status| status.0),
            within: self.within.map_or(Duration::from_secs(2), |within| within.0),
        })
    }
}

fn check_steps(steps: &[Spanned<Share>], reader: &mut Reader<'_>) {
    for pair in steps.windows(2) {
        if let [before, after] = pair
            && after.value.0.0 <= before.value.0.0
        {
            reader.report(
                Diagnostic::error("steps-not-rising", "a rollout's steps do not rise")
                    .at(after.span, format!("{}% after {}%", after.value.0.0, before.value.0.0))
                    .help("write rising shares that end with `100%`"),
            );
        }
    }
    if let Some(last) = steps.last()
        && last.value.0.0 < 100.0
    {
        reader.report(
            Diagnostic::error("steps-not-rising", "a rollout's steps do not reach all traffic")
                .at(last.span, "the last step")
                .help("end with `100%`"),
        );
    }
}
