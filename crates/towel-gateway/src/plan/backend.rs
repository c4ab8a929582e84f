//! A backend of the table in force.

use std::sync::Arc;
use std::time::Duration;

use crate::evidence::tally::{Scars, Tally};
use crate::limit::Limiter;
use crate::metrics::backend::{BackendMetrics, VersionMetrics};
use crate::target::Target;

#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) name: String,
    pub(crate) versions: Vec<Version>,
    /// The name of the cookie, if clients stay where they are.
    pub(crate) cookie: Option<String>,
    pub(crate) limiter: Option<Arc<Limiter>>,
    pub(crate) hold: Duration,
    pub(crate) timeout: Duration,
    pub(crate) scars: Arc<Scars>,
    pub(crate) metrics: Arc<BackendMetrics>,
    /// Every version with a share has a target. Otherwise requests are not routed with the
    /// probabilities that the epoch names, and they are no evidence.
    pub(crate) split_as_told: bool,
}

#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) label: String,
    pub(crate) weight: u32,
    /// Of the label: salts cohorts, so that it is not always the same clients who try what is new.
    pub(crate) salt: u64,
    pub(crate) targets: Vec<Arc<Target>>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) metrics: Arc<VersionMetrics>,
}
