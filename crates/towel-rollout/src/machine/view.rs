//! What the machine sees of the world at one moment.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use towel_engine::Phase;

use crate::judge::Verdict;

/// The world at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    /// Time since the view before it.
    pub passed: Duration,
    /// The old release's instances.
    pub old: Group,
    /// The new release's instances.
    pub new: Group,
    /// The new release's instances one by one, draining ones left out.
    pub instances: Vec<Sight>,
    /// What the judge says; only asked while it bakes.
    pub verdict: Option<Verdict>,
    /// Why there is no evidence, when the data plane does not tell.
    pub blind: Option<String>,
    /// The freeze that holds now and that this rollout may not override, in words.
    pub frozen: Option<String>,
}

/// How many instances of a release there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// That may be sent traffic.
    pub ready: u32,
    /// That exist, draining ones included.
    pub total: u32,
}

/// One instance of the new release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Its id.
    pub id: String,
    /// What it is doing.
    pub phase: Phase,
    /// Why.
    pub reason: String,
    /// Times it was started again.
    pub restarts: u32,
    /// Last answer of its probe.
    pub answer: Option<String>,
    /// How its last process ended, in words.
    pub exit: Option<String>,
    /// Its last log lines.
    pub lines: Vec<String>,
}
