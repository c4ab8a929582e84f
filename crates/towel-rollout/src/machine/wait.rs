//! Why a rollout waits, in words that a newcomer understands.

use std::time::Duration;

use super::effect::Percentage;

/// Why a rollout waits.
#[derive(Debug, Clone, PartialEq)]
pub enum Wait {
    /// For instances to become ready.
    Ready {
        /// Of this version.
        version: String,
        /// How many are.
        ready: u32,
        /// How many shall be.
        wanted: u32,
    },
    /// For instances to be gone.
    Drained {
        /// Of this version.
        version: String,
        /// How many shall stay.
        wanted: u32,
        /// How many there are.
        total: u32,
    },
    /// For the least time at a step to pass.
    Bake {
        /// The share it is at.
        share: f64,
        /// What is left of it.
        left: Duration,
    },
    /// For more requests, or more evidence from them.
    Requests {
        /// What there is and what is needed.
        why: String,
    },
    /// For a person, since traffic never sufficed.
    Insufficient {
        /// What there is and what is needed.
        why: String,
    },
    /// For stable to recover, since its own failures would be blamed on the new one.
    Recovery {
        /// How stable fares.
        why: String,
    },
    /// For the data plane to tell what it counted.
    Evidence {
        /// What it answered.
        error: String,
    },
    /// To try again what failed.
    Retry {
        /// What was being done.
        doing: String,
        /// What was answered.
        error: String,
    },
    /// For the old version, to which it must go back and which does not work either.
    OldUnhealthy {
        /// The old version.
        version: String,
        /// Why it must go back.
        cause: String,
    },
}

impl Wait {
    /// Whether a person should hear of it.
    pub fn is_alert(&self) -> bool {
        matches!(
            self,
            Self::Insufficient { .. }
                | Self::Recovery { .. }
                | Self::Evidence { .. }
                | Self::Retry { .. }
                | Self::OldUnhealthy { .. }
        )
    }

    /// Whether both wait for the same kind of thing, whatever the numbers.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl std::fmt::Display for Wait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ready { version, ready, wanted } => {
                write!(f, "{} of `{version}` to be ready; {ready} of them {}", instances(*wanted), verb(*ready))
            }
            Self::Drained { version, wanted, total } => {
                let surplus = total.saturating_sub(*wanted);
                write!(f, "{} of `{version}` to finish what is in flight and stop", instances(surplus))
            }
            Self::Bake { share, left } => {
                write!(f, "the bake time at {}; {}s are left", Percentage(*share), left.as_secs())
            }
            Self::Requests { why } => write!(f, "more requests: {why}"),
            Self::Insufficient { why } => {
                write!(f, "a person: traffic does not suffice to judge: {why}; `promote` or `abort` it")
            }
            Self::Recovery { why } => write!(f, "the old version to recover: {why}"),
            Self::Evidence { error } => write!(f, "the gateway to tell what it counted: {error}"),
            Self::Retry { doing, error } => write!(f, "another try at {doing}: {error}"),
            Self::OldUnhealthy { version, cause } => {
                write!(f, "`{version}` to become ready, since the new version must go: {cause}")
            }
        }
    }
}

/// `1 instance`, `3 instances`.
pub(crate) fn instances(count: u32) -> String {
    if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") }
}

fn verb(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
