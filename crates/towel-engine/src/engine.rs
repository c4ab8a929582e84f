//! What every engine promises: workloads at a wanted count, and the truth about their instances.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use towel_model::{Service, Template};

/// A release's number, counted per product and never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReleaseId(pub u64);

impl std::fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "r{}", self.0)
    }
}

/// One release of one service: everything an instance is started from.
///
/// References in it are filled in when an instance starts, so that a rollback restores the
/// configuration and still finds a datastore that has moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// The release.
    pub release: ReleaseId,
    /// What `${version}` stands for.
    pub version: String,
    /// The service's whole declaration at the time of the release.
    pub service: Service,
}

impl Workload {
    /// The service's name.
    pub fn name(&self) -> &str {
        &self.service.name
    }
}

/// An instance as the engine sees it now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Unique in the product and never used twice, e.g. `api-r3-1`.
    pub id: String,
    /// The service it belongs to.
    pub service: String,
    /// The release it was started from.
    pub release: ReleaseId,
    /// The release's version.
    pub version: String,
    /// Where it answers; none for a service without a port.
    pub address: Option<SocketAddr>,
    /// What it is doing.
    pub state: InstanceState,
    /// When its current process started.
    pub started: Option<Timestamp>,
    /// Process id, where there is one.
    pub pid: Option<u32>,
    /// Times it was started again.
    pub restarts: u32,
    /// Last answer of the readiness (or else the liveness) probe, in words: `GET /ready answered 503`.
    pub last_answer: Option<String>,
    /// How its last process ended.
    pub last_exit: Option<Exit>,
}

impl Instance {
    /// Whether it may be sent traffic.
    pub fn is_ready(&self) -> bool {
        self.state.phase == Phase::Ready
    }
}

/// A phase, and why it lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceState {
    /// The phase.
    pub phase: Phase,
    /// Since when.
    pub since: Timestamp,
    /// Why, in words a newcomer understands; empty when the phase says it all.
    pub reason: String,
}

/// What an instance is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Started; not ready yet.
    Starting,
    /// Its readiness probe passes. Without one: its liveness probe passes; without any probe: its port accepts
    /// connections; without a port either: its process has lived for a moment.
    Ready,
    /// It was ready; its readiness probe fails.
    Unready,
    /// Its process ended; it is started again after a pause.
    BackOff,
    /// It ended too often in too short a time; it is still started again, ever more slowly.
    CrashLoop,
    /// Out of the gateway's table; in-flight work is finishing; then it is told to stop.
    Draining,
    /// It could not be started at all (no such file, wrong architecture, no port).
    Failed,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// Exit code, when it ended by itself.
    pub code: Option<i32>,
    /// Signal that ended it.
    pub signal: Option<i32>,
    /// When.
    pub at: Timestamp,
    /// Its last log lines, oldest first, at most ten.
    pub last_lines: Vec<String>,
}

/// What a command that is run once (a before-hook) came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskReport {
    /// Exit code; none when a signal or the time limit ended it.
    pub code: Option<i32>,
    /// Whether the time limit ended it.
    pub timed_out: bool,
    /// Its last output lines, oldest first, at most ten.
    pub last_lines: Vec<String>,
}

/// Runs workloads. Everything here may be repeated: a repeated call finds its work done.
pub trait Engine: Send + Sync + 'static {
    /// Whether `workload` could be started: its artefact is there and can be run here, its
    /// references resolve, its required secrets have values. Starts nothing.
    fn preflight(&self, workload: &Workload) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// From now on there shall be `replicas` instances of `workload`. Returns once that wish is
    /// recorded, not once it is fulfilled. Instances that exist already are kept; surplus ones are
    /// drained (taken out of the gateway's table, in-flight work finished) and stopped, newest first,
    /// unready ones before ready ones.
    fn apply(&self, workload: &Workload, replicas: u32) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// All instances of all releases, draining ones included, ended ones not.
    fn observe(&self) -> impl Future<Output = Result<Vec<Instance>, EngineError>> + Send;

    /// Drains and replaces every instance of the release, one at a time, keeping capacity.
    fn restart(&self, service: &str, release: ReleaseId) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Runs `command` once with the workload's environment and folder.
    fn run_once(
        &self,
        workload: &Workload,
        command: &Template,
        within: Duration,
    ) -> impl Future<Output = Result<TaskReport, EngineError>> + Send;

    /// The last `count` log lines of an instance, oldest first.
    fn last_lines(&self, instance: &str, count: usize)
    -> impl Future<Output = Result<Vec<String>, EngineError>> + Send;

    /// Counts up whenever anything `observe` returns has changed.
    fn changes(&self) -> watch::Receiver<u64>;
}

/// Why an engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The artefact of this version cannot be run here.
    #[error("`{service}` version `{version}` cannot be started: {reason}")]
    Artefact {
        /// The service.
        service: String,
        /// The version.
        version: String,
        /// What is wrong with it and what to do.
        reason: String,
    },
    /// A reference has no value here.
    #[error("`{variable}` of `{service}` has no value: {reason}")]
    Unresolved {
        /// The service.
        service: String,
        /// The variable or field that holds the reference.
        variable: String,
        /// Which reference, and what to do.
        reason: String,
    },
    /// The machine or the cluster refused.
    #[error("{doing}: {source}")]
    Outside {
        /// What was being done.
        doing: String,
        /// What it answered.
        #[source]
        source: std::io::Error,
    },
    /// Something named is not there.
    #[error("there is no {what} `{name}`")]
    Unknown {
        /// `instance`, `service`, …
        what: &'static str,
        /// Its name.
        name: String,
    },
}
