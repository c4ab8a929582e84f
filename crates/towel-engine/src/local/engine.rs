//! The local engine itself: `trait Engine` over processes of this machine, and what the supervisor asks
//! besides.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use towel_model::{Datastore, Template};

use super::core::Core;
use super::lock::Lock;
use super::program::Folders;
use super::reconcile::reconcile_forever;
use super::store::{Group, Store};
use super::{LocalSettings, Logs, Usage};
use crate::datastore::DatastoreView;
use crate::{Engine, EngineError, Instance, ReleaseId, TaskReport, Workload};

/// Runs a product's services as processes of this machine.
///
/// It must be made within a tokio runtime, and [`LocalEngine::adopt`] comes first: it finds what an earlier
/// engine left running, and only then missing instances are started. Dropping it ends nothing.
pub struct LocalEngine {
    core: Arc<Core>,
    lock: Lock,
    adopted: AtomicBool,
}

/// What a command needs to run beside an instance (`towel exec`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecContext {
    /// The service's folder.
    pub folder: PathBuf,
    /// The instance's whole environment.
    pub environment: Vec<(String, String)>,
}

impl LocalEngine {
    /// An engine over a state folder, which must have no other.
    pub fn new(settings: LocalSettings) -> Result<Self, EngineError> {
        let absolute = |path: &PathBuf| std::path::absolute(path).map_err(outside("finding the project's folder"));
        let folders = Folders { project: absolute(&settings.project)?, state: absolute(&settings.state)? };
        // Logs and records may hold what only the owner should see. Datastores that run as another user have
        // to pass through the outermost folder, though.
        let modes = [(folders.state.clone(), 0o711), (folders.instances(), 0o700), (folders.tasks(), 0o700)];
        for (folder, mode) in modes.into_iter().chain([(folders.logs(), 0o700)]) {
            let made = fs::DirBuilder::new().recursive(true).mode(mode).create(&folder);
            made.map_err(outside(format!("making `{}`", folder.display())))?;
        }
        let path = folders.run().join("engine.lock");
        let locked = Lock::take(&path).map_err(outside(format!("locking `{}`", path.display())))?;
        let lock = locked.ok_or_else(|| {
            let source = io::Error::new(io::ErrorKind::WouldBlock, "another supervisor runs this product");
            EngineError::Outside { doing: format!("locking `{}`", path.display()), source }
        })?;
        let path = folders.state.join("engine.json");
        let (store, notice) = Store::open(path).map_err(outside("reading the engine's state"))?;
        let core = Arc::new(Core::new(settings, folders, store));
        if let Some(notice) = notice {
            core.notice(notice);
        }
        Ok(Self { core, lock, adopted: AtomicBool::new(false) })
    }

    /// Takes over the instances that an earlier engine left running, as they are, and begins to bring about
    /// what is wanted. What was wanted is remembered; [`LocalEngine::retain`] then ends releases that nobody
    /// applied again.
    ///
    /// A second call finds this done and nothing to adopt.
    pub async fn adopt(&self) -> Result<Vec<Instance>, EngineError> {
        if self.adopted.swap(true, Ordering::SeqCst) {
            return Ok(Vec::new());
        }
        let adopted = self.core.adopt().await.map_err(outside("looking for running instances"))?;
        self.core.spawn(reconcile_forever(self.core.clone()));
        self.core.changed();
        Ok(adopted)
    }

    /// From now on there shall be no instance of any other release.
    pub async fn retain(&self, releases: &[ReleaseId]) -> Result<(), EngineError> {
        self.change_wish(|groups| {
            for group in groups.iter_mut().filter(|group| !releases.contains(&group.workload.release)) {
                group.replicas = 0;
            }
            Ok(())
        })
        .await
    }

    /// Ends everything: services before what they need, then datastores. Leaves no process and no file of
    /// `run/instances` behind; with `remove_volumes`, no data either.
    pub async fn shut_down(&self, remove_volumes: bool) -> Result<(), EngineError> {
        self.core.shut_down().await.map_err(outside("stopping the product"))?;
        if remove_volumes {
            self.core.remove_volumes().map_err(outside("removing the datastores' data"))?;
        }
        self.lock.remove().map_err(outside("removing the engine's lock"))
    }

    /// From now on there shall be these datastores, run from servers that are installed here, and no others.
    /// Returns once that is begun. A datastore whose `url` the [`Resolve`](super::Resolve) knows is somebody
    /// else's and not started. To be called after [`LocalEngine::adopt`].
    pub async fn start_datastores(&self, datastores: &[Datastore]) -> Result<(), EngineError> {
        self.core.start_datastores(datastores).await.map_err(outside("starting the datastores"))
    }

    /// What is known of each datastore.
    pub fn datastores(&self) -> Vec<DatastoreView> {
        self.core.datastores()
    }

    /// What the user should know once, such as limits that cannot be enforced here. It grows, and each
    /// addition counts in [`Engine::changes`].
    pub fn notices(&self) -> Vec<String> {
        self.core.notices()
    }

    /// The logs of this product.
    pub fn logs(&self) -> Logs {
        Logs::new(&self.core.folders.state)
    }

    /// What every instance and datastore uses now.
    pub fn usage(&self) -> Vec<Usage> {
        self.core.usage()
    }

    /// Folder and environment of an instance, as its next process would get them.
    pub fn environment(&self, instance: &str) -> Result<ExecContext, EngineError> {
        let (workload, address) = {
            let state = self.core.state();
            let cell = state.cells.get(instance).ok_or_else(|| unknown(instance))?;
            (cell.workload.clone().ok_or_else(|| unknown(instance))?, cell.view.address)
        };
        let environment = self.core.environment(&workload, instance, address)?;
        Ok(ExecContext { folder: self.core.service_folder(&workload), environment })
    }

    async fn change_wish(
        &self,
        change: impl FnOnce(&mut Vec<Group>) -> Result<(), EngineError> + Send,
    ) -> Result<(), EngineError> {
        let mut store = self.core.store.lock().await;
        let mut desired = store.desired().clone();
        change(&mut desired.groups)?;
        store.replace(desired).await.map_err(outside("writing the engine's state"))?;
        drop(store);
        self.core.wake.notify_one();
        Ok(())
    }
}

impl Engine for LocalEngine {
    async fn preflight(&self, workload: &Workload) -> Result<(), EngineError> {
        self.core.preflight(workload)
    }

    async fn apply(&self, workload: &Workload, replicas: u32) -> Result<(), EngineError> {
        self.change_wish(|groups| {
            let same = |group: &&mut Group| {
                group.workload.name() == workload.name() && group.workload.release == workload.release
            };
            match groups.iter_mut().find(same) {
                Some(group) => (group.workload, group.replicas) = (workload.clone(), replicas),
                None => groups.push(Group { workload: workload.clone(), replicas, replace: Vec::new() }),
            }
            Ok(())
        })
        .await
    }

    async fn observe(&self) -> Result<Vec<Instance>, EngineError> {
        let state = self.core.state();
        Ok(state.cells.values().filter(|cell| cell.workload.is_some()).map(|cell| cell.view.clone()).collect())
    }

    async fn restart(&self, service: &str, release: ReleaseId) -> Result<(), EngineError> {
        let of_group = |view: &Instance| view.service == service && view.release == release;
        let old: Vec<String> = {
            let state = self.core.state();
            let cells = state.cells.values().filter(|cell| cell.workload.is_some() && !cell.leaving);
            cells.filter(|cell| of_group(&cell.view)).map(|cell| cell.view.id.clone()).collect()
        };
        self.change_wish(|groups| {
            let same = |group: &&mut Group| group.workload.name() == service && group.workload.release == release;
            let missing = || EngineError::Unknown { what: "release", name: format!("{service} {release}") };
            groups.iter_mut().find(same).ok_or_else(missing)?.replace = old;
            Ok(())
        })
        .await
    }

    async fn run_once(
        &self,
        workload: &Workload,
        command: &Template,
        within: Duration,
    ) -> Result<TaskReport, EngineError> {
        self.core.run_once(workload, command, within).await
    }

    async fn last_lines(&self, instance: &str, count: usize) -> Result<Vec<String>, EngineError> {
        let service = {
            let state = self.core.state();
            let cell = state.cells.get(instance).ok_or_else(|| unknown(instance))?;
            cell.view.service.clone()
        };
        let file = self.core.folders.log(&service, instance);
        match super::logs::last_texts(&file, count, jiff::Timestamp::UNIX_EPOCH) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            other => other.map_err(outside(format!("reading `{}`", file.display()))),
        }
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.core.changes()
    }
}

impl Drop for LocalEngine {
    fn drop(&mut self) {
        self.core.abandon();
    }
}

fn unknown(instance: &str) -> EngineError {
    EngineError::Unknown { what: "instance", name: instance.to_owned() }
}

fn outside(doing: impl Into<String>) -> impl FnOnce(io::Error) -> EngineError {
    move |source| EngineError::Outside { doing: doing.into(), source }
}
