//! The fake engine's wishes and instances, behind one lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{Behaviour, Call, Failure};
use crate::{Instance, InstanceState, Phase, ReleaseId, TaskReport, Workload};

/// Decides which calls fail; sees each call and its number, counted from 0.
pub(super) type Saboteur = Box<dyn FnMut(usize, &Call) -> Option<Failure> + Send>;

/// Shared between the engine and the tasks that live its instances.
pub(super) struct World {
    born: Instant,
    facts: Mutex<Facts>,
    changes: watch::Sender<u64>,
}

/// Everything that changes.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) wishes: BTreeMap<(String, ReleaseId), (Workload, u32)>,
    pub(super) instances: Vec<Instance>,
    pub(super) lives: BTreeMap<String, JoinHandle<()>>,
    pub(super) started: BTreeMap<(String, ReleaseId), u32>,
    pub(super) scripts: BTreeMap<(String, String), Behaviour>,
    pub(super) artefacts: BTreeMap<(String, String), String>,
    pub(super) tasks: BTreeMap<String, TaskReport>,
    pub(super) calls: Vec<Call>,
    pub(super) saboteur: Option<Saboteur>,
    pub(super) drain: Duration,
    pub(super) most: BTreeMap<String, usize>,
}

impl World {
    pub(super) fn new() -> Self {
        Self { born: Instant::now(), facts: Mutex::new(Facts::default()), changes: watch::channel(0).0 }
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn announce(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A wall clock that follows tokio's, so that pausing pauses both.
    pub(super) fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.born.elapsed()).unwrap_or(SignedDuration::MAX);
        // The start is arbitrary; a fixed one makes every run alike.
        let start = Timestamp::constant(1_780_000_000, 0);
        start.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// Changes one instance, if it still exists, and says so to the watchers.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Instance)) {
        let mut facts = self.facts();
        if let Some(instance) = facts.instances.iter_mut().find(|instance| instance.id == id) {
            change(instance);
        }
        drop(facts);
        self.announce();
    }

    pub(super) fn turn(&self, id: &str, phase: Phase, reason: &str) {
        let state = InstanceState { phase, since: self.now(), reason: reason.to_owned() };
        self.change(id, |instance| instance.state = state);
    }
}

impl Facts {
    pub(super) fn of(&self, service: &str, release: ReleaseId) -> Vec<&Instance> {
        self.instances.iter().filter(|instance| instance.service == service && instance.release == release).collect()
    }

    pub(super) fn note_most(&mut self, service: &str) {
        let now = self.instances.iter().filter(|instance| instance.service == service).count();
        let most = self.most.entry(service.to_owned()).or_default();
        *most = now.max(*most);
    }
}

impl Drop for Facts {
    fn drop(&mut self) {
        for life in self.lives.values() {
            life.abort();
        }
    }
}
