//! What a keeper keeps alive: a service's instance or a datastore, described by the same few answers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use towel_model::Resources;

use super::Boxed;
use super::health::Checks;
use crate::shim::StopPlan;

/// Something that runs as one process under a shim.
pub(crate) trait Program: Send + Sync + 'static {
    /// Services and datastores that must have been ready before it is first started.
    fn needs(&self) -> Vec<String>;

    /// Time from start until ready.
    fn start_within(&self) -> Duration;

    /// How long in-flight work may take once it is out of the gateway's table; `None` when no gateway sends
    /// it any.
    fn drain(&self) -> Option<Duration>;

    /// What it may use.
    fn resources(&self) -> Resources;

    /// Everything for one process of it; an error says in words why it cannot be started.
    fn prepare<'a>(&'a self, place: &'a Place) -> Boxed<'a, Result<Prepared, String>>;

    /// Its probes, made anew for each process.
    fn checks(&self, place: &Place) -> Result<Checks, String>;
}

/// Where an instance is.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Its id.
    pub(crate) id: String,
    /// Where it shall answer.
    pub(crate) address: Option<SocketAddr>,
}

/// A process about to be started.
pub(crate) struct Prepared {
    /// How the program was called.
    pub(crate) called: String,
    /// The program's file.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// Its whole environment.
    pub(crate) environment: Vec<(String, String)>,
    /// The user it runs as, when another.
    pub(crate) user: Option<String>,
    /// How it is ended.
    pub(crate) stop: StopPlan,
}

/// The folders of one product's state.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    /// Of `towel.yaml`.
    pub(crate) project: PathBuf,
    /// `.towel`.
    pub(crate) state: PathBuf,
}

impl Folders {
    /// What only matters while the machine is up.
    pub(crate) fn run(&self) -> PathBuf {
        self.state.join("run")
    }

    /// A folder per instance and datastore.
    pub(crate) fn instances(&self) -> PathBuf {
        self.run().join("instances")
    }

    /// A folder per command that is run once.
    pub(crate) fn tasks(&self) -> PathBuf {
        self.run().join("tasks")
    }

    /// The datastores' data, a folder per datastore.
    pub(crate) fn data(&self) -> PathBuf {
        self.state.join("data")
    }

    /// Logs, a folder per service.
    pub(crate) fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }

    /// An instance's newest log file.
    pub(crate) fn log(&self, service: &str, instance: &str) -> PathBuf {
        log_file(&self.logs(), service, instance)
    }
}

/// `logs/SERVICE/INSTANCE.log`.
pub(crate) fn log_file(logs: &Path, service: &str, instance: &str) -> PathBuf {
    logs.join(service).join(format!("{instance}.log"))
}
