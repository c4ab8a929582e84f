//! What is asked of the driver, and why it says no before anything begins.

use serde::{Deserialize, Serialize};

use crate::freeze::Hit;
use crate::journal::{JournalError, RolloutId};

/// Ship this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployRequest {
    /// The service; its configuration is taken from the stack.
    pub service: String,
    /// The version.
    pub version: String,
    /// Who asks.
    pub by: String,
    /// Why.
    #[serde(default)]
    pub why: Option<String>,
    /// The word that lets a deploy through a freeze.
    #[serde(default)]
    pub override_word: Option<String>,
}

/// Why nothing was begun.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such service.
    #[error("there is no service `{service}`; there are {known}")]
    UnknownService {
        /// What was asked for.
        service: String,
        /// What there is, in words.
        known: String,
    },
    /// Deploys are frozen.
    #[error("deploys are refused: {hit} holds{}", advise(hit, *wrong_word))]
    Frozen {
        /// The freeze.
        hit: Hit,
        /// Whether a word was given, and not the right one.
        wrong_word: bool,
    },
    /// It would still be underway when a freeze begins.
    #[error("deploys are refused: it takes at least {}s, and {hit} begins in {}s{}", least.as_secs(), begins_in.as_secs(), advise(hit, *wrong_word))]
    FreezeBegins {
        /// The freeze.
        hit: Hit,
        /// Time until then.
        begins_in: std::time::Duration,
        /// Least time that the rollout takes.
        least: std::time::Duration,
        /// Whether a word was given, and not the right one.
        wrong_word: bool,
    },
    /// That version with that configuration is what serves already.
    #[error("`{service}` is at `{version}` already, with the same configuration; `restart` starts it anew")]
    AlreadyThere {
        /// The service.
        service: String,
        /// The version.
        version: String,
    },
    /// That version with that configuration is being shipped already.
    #[error("`{version}` of `{service}` is being shipped already, as rollout {rollout}")]
    Underway {
        /// The service.
        service: String,
        /// The version.
        version: String,
        /// The rollout.
        rollout: RolloutId,
    },
    /// There is nothing to go back to.
    #[error("`{service}` cannot go back: {reason}")]
    NothingToGoBackTo {
        /// The service.
        service: String,
        /// Why, and which versions there are.
        reason: String,
    },
    /// There is nothing to promote.
    #[error("nothing of `{service}` is being shipped")]
    NothingUnderway {
        /// The service.
        service: String,
    },
    /// Nothing runs that could be changed.
    #[error("`{service}` has no release yet; deploy a version first")]
    NoRelease {
        /// The service.
        service: String,
    },
    /// What is being shipped is on its way back.
    #[error("`{service}` is going back already (rollout {rollout}), so there is nothing to promote")]
    GoesBack {
        /// The service.
        service: String,
        /// The rollout.
        rollout: RolloutId,
    },
    /// The service is being shipped.
    #[error("`{service}` is being shipped (rollout {rollout}); wait for it, or abort it first")]
    Busy {
        /// The service.
        service: String,
        /// The rollout.
        rollout: RolloutId,
    },
    /// The journal cannot be read or written, or another towel owns it.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] towel_engine::EngineError),
}

fn advise(hit: &Hit, wrong_word: bool) -> String {
    match (&hit.override_word, wrong_word) {
        (None, _) => "; no word overrides it".to_owned(),
        (Some(_), true) => "; the override word is another one".to_owned(),
        (Some(word), false) => format!("; `--override {word}` lets it through and is recorded"),
    }
}
