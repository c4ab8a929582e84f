//! What the judge says.

use serde::{Deserialize, Serialize};

/// What the judge says of a canary at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// Neither good nor bad is shown yet.
    Continue {
        /// What is missing.
        why: String,
    },
    /// Shown to be good enough for the next step.
    Promote,
    /// Shown to be worse than stable, or bad in itself.
    Abort {
        /// The numbers.
        why: String,
    },
    /// Stable itself fails; blaming the canary now would be wrong.
    Hold {
        /// The numbers.
        why: String,
    },
    /// Traffic did not suffice in all the time that was given.
    Insufficient {
        /// What is missing.
        why: String,
    },
}

impl Verdict {
    /// Whether it is [`Verdict::Hold`].
    pub fn is_hold(&self) -> bool {
        matches!(self, Self::Hold { .. })
    }
}
