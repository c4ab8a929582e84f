//! What all parts of the local engine share: the instances as they are now, ports, notices, and the news of
//! changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::LocalSettings;
use super::ports::Ports;
use super::program::Folders;
use super::store::{Record, Store};
use crate::datastore::{Binding, DatastoreProgram};
use crate::limits::Hierarchy;
use crate::{Instance, InstanceState, Phase, Workload};

/// Shared by the engine and its tasks.
pub(crate) struct Core {
    pub(crate) settings: LocalSettings,
    pub(crate) folders: Folders,
    pub(crate) ports: Ports,
    /// Serialises changes of the wish; held while it is written.
    pub(crate) store: tokio::sync::Mutex<Store>,
    /// Tells the reconciler to look again.
    pub(crate) wake: Notify,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    hierarchy: Mutex<Option<Result<Hierarchy, String>>>,
    /// One per instance, and the reconciler.
    tasks: Mutex<JoinSet<()>>,
}

/// What is now. Never locked across an await.
#[derive(Default)]
pub(crate) struct State {
    /// Instances and datastores by id.
    pub(crate) cells: BTreeMap<String, Cell>,
    /// Names of services and datastores that were ready at least once.
    pub(crate) seen_ready: BTreeSet<String>,
    /// Where the datastores are.
    pub(crate) bindings: BTreeMap<String, Binding>,
    /// The datastores' programs, by name.
    pub(crate) datastores: BTreeMap<String, Arc<DatastoreProgram>>,
    notices: Vec<String>,
}

/// One instance or datastore.
pub(crate) struct Cell {
    /// As `observe` shows it.
    pub(crate) view: Instance,
    /// Its number within the release.
    pub(crate) number: u32,
    /// What it was started from; none for a datastore.
    pub(crate) workload: Option<Arc<Workload>>,
    /// Whether it was told to leave.
    pub(crate) leaving: bool,
    /// Tells its keeper.
    pub(crate) orders: watch::Sender<Order>,
}

/// What a keeper is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Keep it running.
    Run,
    /// Drain it, stop it, and be done.
    Leave,
}

impl Core {
    pub(crate) fn new(settings: LocalSettings, folders: Folders, store: Store) -> Self {
        Self {
            ports: Ports::new(settings.seed),
            settings,
            folders,
            store: tokio::sync::Mutex::new(store),
            wake: Notify::new(),
            state: Mutex::default(),
            changes: watch::Sender::new(0),
            hierarchy: Mutex::new(None),
            tasks: Mutex::default(),
        }
    }

    /// What is now.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts up with every change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Tells everybody that something is different.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
        self.wake.notify_one();
    }

    /// Changes what `observe` shows of one instance.
    pub(crate) fn update(&self, id: &str, change: impl FnOnce(&mut Instance)) {
        if let Some(cell) = self.state().cells.get_mut(id) {
            change(&mut cell.view);
        }
        self.changed();
    }

    /// The phase of an instance that is there.
    pub(crate) fn phase(&self, id: &str) -> Option<Phase> {
        self.state().cells.get(id).map(|cell| cell.view.state.phase)
    }

    /// Puts an instance into a phase.
    pub(crate) fn enter(&self, id: &str, phase: Phase, reason: impl Into<String>) {
        let mut state = self.state();
        let Some(cell) = state.cells.get_mut(id) else { return };
        let view = &mut cell.view;
        let reason = reason.into();
        if view.state.phase == phase && view.state.reason == reason {
            return;
        }
        let since = if view.state.phase == phase { view.state.since } else { Timestamp::now() };
        view.state = InstanceState { phase, since, reason };
        if phase == Phase::Ready {
            let service = view.service.clone();
            state.seen_ready.insert(service);
        }
        drop(state);
        self.changed();
    }

    /// Which of these were never ready, and why if that is known.
    pub(crate) fn missing(&self, needs: &[String]) -> Vec<String> {
        let state = self.state();
        let missing = needs.iter().filter(|need| !state.seen_ready.contains(*need));
        let say = |need: &String| {
            let broken = |phase| matches!(phase, Phase::Failed | Phase::CrashLoop | Phase::BackOff);
            let mut cells = state.cells.values().filter(|cell| cell.view.service == *need);
            match cells.find(|cell| broken(cell.view.state.phase)) {
                Some(cell) => format!("`{need}` ({})", cell.view.state.reason),
                None => format!("`{need}`"),
            }
        };
        missing.map(say).collect()
    }

    /// Something the user should know once.
    pub(crate) fn notice(&self, text: impl Into<String>) {
        let text = text.into();
        let mut state = self.state();
        if !state.notices.contains(&text) {
            state.notices.push(text);
            drop(state);
            self.changed();
        }
    }

    /// All notices so far.
    pub(crate) fn notices(&self) -> Vec<String> {
        self.state().notices.clone()
    }

    /// Runs a task until it ends or the engine is dropped.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                self.notice(format!("a task of the engine broke down, which is a bug in towel: {error}"));
            }
        }
        tasks.spawn(task);
    }

    /// Ends all tasks. Services go on running; a later engine finds them.
    pub(crate) fn abandon(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    /// Tells this product's control groups from another's.
    pub(crate) fn mark(&self) -> u32 {
        let path = self.folders.state.as_os_str().as_encoded_bytes();
        path.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
    }

    /// The control groups of this machine, looked for at the first instance that declares a limit.
    pub(crate) fn hierarchy(&self) -> Result<Hierarchy, String> {
        let mut hierarchy = self.hierarchy.lock().unwrap_or_else(PoisonError::into_inner);
        hierarchy.get_or_insert_with(Hierarchy::detect).clone()
    }
}

/// The first view of an instance.
pub(crate) fn view_of(record: &Record) -> Instance {
    let address = record.port.map(|port| std::net::SocketAddr::from(([127, 0, 0, 1], port)));
    Instance {
        id: record.id.clone(),
        service: record.workload.name().to_owned(),
        release: record.workload.release,
        version: record.workload.version.clone(),
        address,
        state: InstanceState { phase: Phase::Starting, since: Timestamp::now(), reason: String::new() },
        started: None,
        pid: None,
        restarts: record.restarts,
        last_answer: None,
        last_exit: None,
    }
}
