//! What a rollout may do to the world, as data; each may be repeated.

use serde::{Deserialize, Serialize};

/// One of the two releases of a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The stable release that is being replaced.
    Old,
    /// The release that is being shipped.
    New,
}

/// One thing to be done. Repeating it changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Effect {
    /// Ask the engine whether the new release could be started.
    Preflight,
    /// Take a backup of the datastores that the service needs.
    Backup,
    /// Run a before-hook. The only effect that repeats somebody else's work after a crash:
    /// migrations are expected to be repeatable, as every migration tool makes them.
    Hook {
        /// Its place among the hooks.
        index: usize,
    },
    /// Wish for so many instances.
    Scale {
        /// Of which release.
        side: Side,
        /// How many.
        to: u32,
    },
    /// Give the new release this share of requests and the old one the rest.
    Split {
        /// From 0 to 1.
        share: f64,
    },
    /// Send the smoke requests to the new release, by force.
    Smoke,
    /// Record that the new release is the stable one.
    Promote,
    /// Wish for no instance of any release but the stable one.
    Retire,
}

impl std::fmt::Display for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Preflight => f.write_str("looking whether the version can be started"),
            Self::Backup => f.write_str("backing up"),
            Self::Hook { index } => write!(f, "running before-hook {}", index + 1),
            Self::Scale { side: Side::Old, to } => write!(f, "scaling the old version to {to}"),
            Self::Scale { side: Side::New, to } => write!(f, "scaling the new version to {to}"),
            Self::Split { share } => write!(f, "giving the new version {} of requests", Percentage(*share)),
            Self::Smoke => f.write_str("sending the smoke requests"),
            Self::Promote => f.write_str("promoting"),
            Self::Retire => f.write_str("stopping what is no longer needed"),
        }
    }
}

/// A share of one, written as people do: `10%`, `33.3%`.
pub(crate) struct Percentage(pub(crate) f64);

impl std::fmt::Display for Percentage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = (self.0 * 1000.0).round() / 10.0;
        if tenths.fract() == 0.0 { write!(f, "{tenths:.0}%") } else { write!(f, "{tenths:.1}%") }
    }
}

/// Why an effect failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What was answered.
    pub message: String,
    /// Whether trying again cannot help.
    pub permanent: bool,
}
