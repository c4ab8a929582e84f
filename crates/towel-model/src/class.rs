//! What an environment is for, and what that gives where nothing is written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::key::choices;
use crate::{Range, Strategy};

/// What an environment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A developer's machine.
    Dev,
    /// Rehearsal.
    Staging,
    /// The real thing.
    Production,
}

choices! {
    Class {
        "dev" => Self::Dev, "A developer's machine.";
        "staging" => Self::Staging, "Rehearsal.";
        "production" => Self::Production, "The real thing.";
    }
}

/// What a class gives where nothing is written, and how strict it is.
impl Class {
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Dev, Self::Staging, Self::Production].into_iter().find(|class| class.name() == name)
    }

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Instances of a service.
    pub const fn replicas(self) -> Range<u32> {
        let count = match self {
            Self::Dev => 1,
            Self::Staging => 2,
            Self::Production => 3,
        };
        Range { min: count, max: count }
    }

    /// The way versions are shipped.
    pub const fn strategy(self) -> Strategy {
        match self {
            Self::Dev => Strategy::Recreate,
            Self::Staging | Self::Production => Strategy::Canary,
        }
    }

    /// Time for in-flight work.
    pub const fn drain(self) -> Duration {
        Duration::from_secs(match self {
            Self::Dev => 10,
            Self::Staging => 20,
            Self::Production => 30,
        })
    }

    /// Least time at a step of a rollout.
    pub const fn bake(self) -> Duration {
        Duration::from_secs(match self {
            Self::Dev => 10,
            Self::Staging => 30,
            Self::Production => 120,
        })
    }

    /// Whether debug output is on.
    pub const fn debugs(self) -> bool {
        matches!(self, Self::Dev)
    }

    /// Whether limits, network policies and disruption budgets are rendered; probes always are.
    pub const fn confines(self) -> bool {
        !matches!(self, Self::Dev)
    }

    /// Whether datastores are backed up before each deploy.
    pub const fn backs_up_before_deploys(self) -> bool {
        matches!(self, Self::Production)
    }

    /// Whether moving image tags and missing required secrets are refused, not only warned of.
    pub const fn is_strict(self) -> bool {
        !matches!(self, Self::Dev)
    }
}
