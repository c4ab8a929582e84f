//! What a rollout needs of a data plane: shares of traffic, and evidence of how they fared.

use std::future::Future;

use serde::{Deserialize, Serialize};
use towel_engine::ReleaseId;

/// A release's share of a service's requests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The release.
    pub release: ReleaseId,
    /// From 0 to 1; the shares of a service add up to 1.
    pub weight: f64,
}

/// What the data plane counted for one service since it started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Changes when the data plane was started anew and its counters began at zero.
    pub boot: u64,
    /// Counters, one for each release under each split it was routed with.
    pub samples: Vec<Sample>,
}

/// Counters of one release under one split. Each only grows while `boot` stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The release that answered.
    pub release: ReleaseId,
    /// The epoch that was given to [`Traffic::split`].
    pub epoch: u64,
    /// Requests routed by weight that ended (forced ones, upgrades and event streams left out;
    /// for sticky services, what follows a client's first bad one in this epoch is left out too).
    pub requests: u64,
    /// Of those: answered 5xx, not answered, or timed out.
    pub bad: u64,
    /// Latencies of good answers after an instance's warm-up (its first 20 requests or 30 s):
    /// upper bound in seconds and count, not cumulative, bounds rising. A bucket begins where the
    /// one before it in this list ends.
    pub latency: Vec<(f64, u64)>,
}

/// A data plane that splits a service's requests between releases.
pub trait Traffic: Send + Sync + 'static {
    /// Puts the split in force, and returns once every new request follows it. A release with no
    /// ready instance gets nothing whatever its share. `epoch` names the split in the evidence;
    /// a repeated call with the same epoch and shares changes nothing.
    fn split(
        &self,
        service: &str,
        epoch: u64,
        shares: &[Share],
    ) -> impl Future<Output = Result<(), TrafficError>> + Send;

    /// What was counted so far.
    fn evidence(&self, service: &str) -> impl Future<Output = Result<Evidence, TrafficError>> + Send;

    /// Sends one smoke request to an instance of `release`, by force, not counted as evidence;
    /// returns the status and the time it took in seconds.
    fn probe(
        &self,
        service: &str,
        release: ReleaseId,
        path: &str,
        within: std::time::Duration,
    ) -> impl Future<Output = Result<(u16, f64), TrafficError>> + Send;
}

/// Why the data plane could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TrafficError {
    /// It does not answer.
    #[error("the gateway does not answer: {0}")]
    Unreachable(String),
    /// It refused the table.
    #[error("the gateway refused its table: {0}")]
    Refused(String),
    /// The probe was not answered in time or at all.
    #[error("{0}")]
    NoAnswer(String),
}
