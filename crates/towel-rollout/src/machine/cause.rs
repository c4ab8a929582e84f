//! Why a rollout went back, in words that a newcomer understands.

use serde::{Deserialize, Serialize};

/// Why a rollout went back or was never begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The kind, for programs.
    pub kind: CauseKind,
    /// What happened, for people.
    pub message: String,
}

/// The kinds of causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseKind {
    /// The version cannot be started here.
    Preflight,
    /// The backup failed.
    Backup,
    /// A before-hook failed.
    Hook,
    /// An instance could not be started at all.
    NotStarted,
    /// An instance never became ready.
    NeverReady,
    /// An instance ended again and again.
    CrashLoop,
    /// An instance ended after it had been ready.
    Restarted,
    /// An instance was ready and is no longer, or again and again.
    Unready,
    /// A smoke request was answered wrongly.
    Smoke,
    /// The judge found it worse than the old version, or bad in itself.
    Judged,
    /// Traffic never sufficed to judge, and the file says to go back then.
    Insufficient,
    /// The deadline passed.
    Deadline,
    /// A freeze began.
    Frozen,
    /// A person aborted it.
    Aborted,
    /// A newer deploy took its place.
    Superseded,
    /// The engine or the gateway refused for good.
    Refused,
    /// It had to go back, and the old version does not work either.
    BothUnhealthy,
}

impl Cause {
    /// A cause of this kind.
    pub fn new(kind: CauseKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Only a journal written by hand lacks the cause.
    pub(super) fn unknown() -> Self {
        Self::new(CauseKind::Refused, "the journal does not say why; this is a bug in towel")
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
