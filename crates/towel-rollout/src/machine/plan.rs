//! What is fixed when a rollout begins.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_engine::ReleaseId;
use towel_model::{Freeze, OnInsufficient};

/// Everything that the machine needs to know and that does not change underway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The service.
    pub service: String,
    /// What it is for.
    pub kind: Kind,
    /// How it is done.
    pub way: Way,
    /// The stable release that is replaced; none on a first deploy.
    pub from: Option<Version>,
    /// The release that is shipped.
    pub to: Version,
    /// Whether requests reach the service, so that shares and smoke requests make sense.
    pub traffic: bool,
    /// Whether a judge compares the releases at each step.
    pub judged: bool,
    /// Shares of traffic, rising to 1.
    pub steps: Vec<f64>,
    /// Least time at a judged step.
    pub bake: Duration,
    /// Time that the new release is watched at full share when nobody judges.
    pub settle: Duration,
    /// Most time until it is promoted.
    pub deadline: Duration,
    /// Most time from an instance's start until it is ready.
    pub start: Duration,
    /// Most time that a drained instance may take to be gone.
    pub stop: Duration,
    /// Instances at full share when the rollout began.
    pub replicas: u32,
    /// Most instances above that.
    pub surge: u32,
    /// Whether a backup is taken first.
    pub backup: bool,
    /// Number of before-hooks.
    pub hooks: usize,
    /// Whether smoke requests are declared.
    pub smoke: bool,
    /// What happens when traffic never suffices to judge.
    pub on_insufficient: OnInsufficient,
    /// Freezes that send it back should one begin underway; none when it was let through.
    pub freezes: Vec<Freeze>,
}

/// A release and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The release.
    pub release: ReleaseId,
    /// Its version, for messages.
    pub name: String,
}

/// What a rollout is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A version is shipped.
    Deploy,
    /// An earlier release is brought back: no freeze, backup, hook, smoke or judge delays it.
    Rollback,
}

/// How a version is shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Both run beside each other, and the share grows as far as ready instances carry it.
    Beside,
    /// The old one is stopped before the new one starts; also the way of a first deploy.
    Instead,
}

impl Plan {
    pub(crate) fn old_name(&self) -> &str {
        self.from.as_ref().map_or("no version", |from| &from.name)
    }
}
