//! What the supervisor and the command line say to each other, as JSON.
//!
//! The same shapes are printed by `--json`; fields are added, never renamed or removed.

use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use towel_engine::{InstanceState, ReleaseId};
use towel_model::Class;
use towel_rollout::driver::{RolloutStatus, ServiceStatus};
use towel_rollout::journal::{ReleaseState, RolloutId, RolloutRecord};

/// Everything about an environment at one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StatusView {
    /// The product.
    pub(crate) product: String,
    /// The environment.
    pub(crate) environment: String,
    /// What it is for.
    pub(crate) class: Class,
    /// The supervisor's process id.
    pub(crate) supervisor: u32,
    /// Where exposed services answer.
    pub(crate) front: Option<SocketAddr>,
    /// Whether the front door speaks TLS.
    pub(crate) tls: bool,
    /// The services, in the order of the file.
    pub(crate) services: Vec<ServiceView>,
    /// The datastores.
    pub(crate) datastores: Vec<DatastoreView>,
    /// The freeze that holds now, in words.
    pub(crate) frozen: Option<String>,
    /// Why the gateway does not follow, when it does not.
    pub(crate) trouble: Option<String>,
    /// What the engine wants people to know, such as limits that cannot be enforced here.
    pub(crate) notices: Vec<String>,
}

/// One service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServiceView {
    /// How it stands.
    #[serde(flatten)]
    pub(crate) status: ServiceStatus,
    /// Where users reach it.
    pub(crate) url: Option<String>,
    /// Where the other services reach it.
    pub(crate) inner_url: Option<String>,
}

/// A datastore. Its password is not for status: `towel exec SERVICE -- env` shows it where it is used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DatastoreView {
    /// Its name.
    pub(crate) name: String,
    /// What it is doing.
    pub(crate) state: InstanceState,
    /// `HOST:PORT`; none for a kind that cannot be run here.
    pub(crate) address: Option<String>,
    /// Process id, where there is one.
    pub(crate) pid: Option<u32>,
    /// Times it was started again.
    pub(crate) restarts: u32,
    /// Last answer to a query in its own protocol, in words.
    pub(crate) last_answer: Option<String>,
}

/// Ask for a deploy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeployBody {
    /// The service.
    pub(crate) service: String,
    /// The version.
    pub(crate) version: String,
    /// The word that lets a deploy through a freeze.
    pub(crate) override_word: Option<String>,
    /// Why, for the record.
    pub(crate) why: Option<String>,
    /// Who said yes, where somebody must.
    pub(crate) approved_by: Option<String>,
    /// Who asks.
    pub(crate) by: String,
}

/// Ask for a rollback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RollbackBody {
    /// The service.
    pub(crate) service: String,
    /// The version; the release before when not given.
    pub(crate) version: Option<String>,
    /// Who asks.
    pub(crate) by: String,
}

/// Ask something of a service: abort, promote, restart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServiceBody {
    /// The service.
    pub(crate) service: String,
    /// Who asks.
    pub(crate) by: String,
}

/// Ask for a number of instances.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ScaleBody {
    /// The service.
    pub(crate) service: String,
    /// How many.
    pub(crate) replicas: u32,
    /// Who asks.
    pub(crate) by: String,
}

/// Bring the environment up to date with its file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ApplyBody {
    /// `VERSION` or `SERVICE=VERSION`, for services that have run no version yet.
    pub(crate) versions: Vec<String>,
    /// Who asks.
    pub(crate) by: String,
}

/// Stop everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DownBody {
    /// Whether the datastores' data goes as well.
    pub(crate) volumes: bool,
}

/// A rollout has begun, or waits for its turn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// Its number.
    pub(crate) rollout: RolloutId,
}

/// Something was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Done {
    /// What, in words.
    pub(crate) message: String,
}

/// Use of one instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UsageView {
    /// The instance or datastore.
    pub(crate) name: String,
    /// Cores in use, 1 is one whole core.
    pub(crate) cpu: f64,
    /// Resident bytes.
    pub(crate) memory: u64,
    /// Processes.
    pub(crate) processes: u32,
}

/// The freezes of an environment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FreezesView {
    /// Whether deploys are frozen now, and by what.
    pub(crate) frozen: Option<String>,
    /// The windows.
    pub(crate) windows: Vec<FreezeView>,
}

/// One freeze.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FreezeView {
    /// Its name.
    pub(crate) name: String,
    /// When, in words, in its own zone.
    pub(crate) when: String,
    /// Its zone.
    pub(crate) timezone: String,
    /// Whether a word overrides it.
    pub(crate) overridable: bool,
    /// Whether it holds now.
    pub(crate) holds: bool,
    /// When that changes next.
    pub(crate) changes: Option<Timestamp>,
}

/// What a command needs to run like an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ExecView {
    /// The instance.
    pub(crate) instance: String,
    /// Its folder.
    pub(crate) folder: std::path::PathBuf,
    /// Its environment variables.
    pub(crate) environment: Vec<(String, String)>,
}

/// What bringing the environment up to date began.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Applied {
    /// The services with the versions that they run.
    pub(crate) services: Vec<ServiceVersion>,
    /// Rollouts of services whose declaration had changed.
    pub(crate) rollouts: Vec<RolloutId>,
    /// What was not shipped though it has changed, and why.
    pub(crate) refused: Vec<String>,
}

/// A service and its version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServiceVersion {
    /// The service.
    pub(crate) service: String,
    /// The version.
    pub(crate) version: String,
}

/// A rollout, running or ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RolloutView {
    /// What was asked, and how it ended.
    pub(crate) record: RolloutRecord,
    /// How it stands, while it runs.
    pub(crate) status: Option<RolloutStatus>,
}

/// A release and the rollouts that shipped it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HistoryView {
    /// The service.
    pub(crate) service: String,
    /// The release.
    pub(crate) release: ReleaseId,
    /// Its version.
    pub(crate) version: String,
    /// How it fared.
    pub(crate) state: ReleaseState,
    /// Whether it serves now.
    pub(crate) serves: bool,
    /// Who released it.
    pub(crate) by: String,
    /// Why.
    pub(crate) why: Option<String>,
    /// When.
    pub(crate) created: Timestamp,
    /// The rollouts that shipped it, newest first.
    pub(crate) rollouts: Vec<RolloutRecord>,
}
