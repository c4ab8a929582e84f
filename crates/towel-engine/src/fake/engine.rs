//! `FakeEngine`: the scripted engine itself, and what tests tell and ask it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use towel_model::Template;

use super::life::live;
use super::world::{Facts, World};
use super::{Behaviour, Call, Failure};
use crate::{Engine, EngineError, Instance, InstanceState, Phase, ReleaseId, TaskReport, Workload};

/// An engine whose instances do as their version's script says.
pub struct FakeEngine {
    world: Arc<World>,
}

impl Default for FakeEngine {
    fn default() -> Self {
        Self { world: Arc::new(World::new()) }
    }
}

impl FakeEngine {
    /// An engine in which every version becomes ready after a second.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// From now on instances of this version behave so.
    pub fn script(&self, service: &str, version: &str, behaviour: Behaviour) {
        self.world.facts().scripts.insert((service.to_owned(), version.to_owned()), behaviour);
    }

    /// The artefact of this version cannot be run; preflight and start fail for this reason.
    pub fn lose_artefact(&self, service: &str, version: &str, reason: &str) {
        self.world.facts().artefacts.insert((service.to_owned(), version.to_owned()), reason.to_owned());
    }

    /// `run_once` of this command (as it was written) ends so; every other one ends well.
    pub fn end_task(&self, command: &str, report: TaskReport) {
        self.world.facts().tasks.insert(command.to_owned(), report);
    }

    /// How long a surplus instance drains.
    pub fn drain_takes(&self, time: Duration) {
        self.world.facts().drain = time;
    }

    /// Asked before every call; what it returns happens to the call.
    pub fn sabotage(&self, saboteur: impl FnMut(usize, &Call) -> Option<Failure> + Send + 'static) {
        self.world.facts().saboteur = Some(Box::new(saboteur));
    }

    /// Every call succeeds again.
    pub fn end_sabotage(&self) {
        self.world.facts().saboteur = None;
    }

    /// Every call so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.world.facts().calls.clone()
    }

    /// Instances of the service that exist now, draining ones included.
    pub fn instances(&self, service: &str) -> Vec<Instance> {
        self.world.facts().instances.iter().filter(|instance| instance.service == service).cloned().collect()
    }

    /// The most instances that the service ever had at once, draining ones included.
    pub fn most_instances(&self, service: &str) -> usize {
        self.world.facts().most.get(service).copied().unwrap_or(0)
    }

    /// An instance vanishes, as if somebody had deleted it; the wish brings another one.
    pub fn delete(&self, instance: &str) {
        let mut facts = self.world.facts();
        if let Some(life) = facts.lives.remove(instance) {
            life.abort();
        }
        facts.instances.retain(|known| known.id != instance);
        drop(facts);
        self.reconcile();
    }

    /// An instance's process ends; it behaves as `behaviour` says from then on.
    pub fn change_life(&self, instance: &str, behaviour: Behaviour) {
        let life = tokio::spawn(live(Arc::downgrade(&self.world), instance.to_owned(), behaviour));
        self.world.turn(instance, Phase::Starting, "");
        if let Some(before) = self.world.facts().lives.insert(instance.to_owned(), life) {
            before.abort();
        }
    }

    /// The engine's wall clock, which follows tokio's.
    pub fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }

    fn record(&self, call: Call) -> Option<Failure> {
        let mut facts = self.world.facts();
        let number = facts.calls.len();
        let failure = facts.saboteur.as_mut().and_then(|saboteur| saboteur(number, &call));
        facts.calls.push(call);
        failure
    }

    fn reconcile(&self) {
        let mut facts = self.world.facts();
        let wishes: Vec<(Workload, u32)> = facts.wishes.values().cloned().collect();
        for (workload, wanted) in wishes {
            self.fulfil(&mut facts, &workload, wanted as usize);
        }
        drop(facts);
        self.world.announce();
    }

    fn fulfil(&self, facts: &mut Facts, workload: &Workload, wanted: usize) {
        let kept = |facts: &Facts| {
            let mut kept: Vec<(bool, String)> = facts
                .of(workload.name(), workload.release)
                .into_iter()
                .filter(|instance| instance.state.phase != Phase::Draining)
                .map(|instance| (instance.is_ready(), instance.id.clone()))
                .collect();
            // Ready ones first, then the oldest: the end of the list goes first.
            kept.sort_by_key(|(ready, id)| (!ready, number_of(id)));
            kept
        };
        while kept(facts).len() < wanted {
            self.start(facts, workload);
        }
        for (_, surplus) in kept(facts).into_iter().skip(wanted) {
            self.drain(facts, surplus);
        }
    }

    fn start(&self, facts: &mut Facts, workload: &Workload) {
        let service = workload.name().to_owned();
        let count = facts.started.entry((service.clone(), workload.release)).or_default();
        *count += 1;
        let id = format!("{service}-{}-{count}", workload.release);
        let key = (service.clone(), workload.version.clone());
        let behaviour = match facts.artefacts.get(&key) {
            Some(reason) => Behaviour::Fails(reason.clone()),
            None => facts.scripts.get(&key).cloned().unwrap_or_default(),
        };
        facts.instances.push(Instance {
            id: id.clone(),
            service: service.clone(),
            release: workload.release,
            version: workload.version.clone(),
            address: None,
            state: InstanceState { phase: Phase::Starting, since: self.world.now(), reason: String::new() },
            started: Some(self.world.now()),
            pid: None,
            restarts: 0,
            last_answer: None,
            last_exit: None,
        });
        facts.note_most(&service);
        let life = tokio::spawn(live(Arc::downgrade(&self.world), id.clone(), behaviour));
        facts.lives.insert(id, life);
    }

    fn drain(&self, facts: &mut Facts, id: String) {
        let since = self.world.now();
        if let Some(instance) = facts.instances.iter_mut().find(|instance| instance.id == id) {
            instance.state = InstanceState { phase: Phase::Draining, since, reason: String::new() };
        }
        let (world, time, name) = (Arc::downgrade(&self.world), facts.drain, id.clone());
        let end = tokio::spawn(async move {
            sleep(time).await;
            if let Some(world) = world.upgrade() {
                world.facts().instances.retain(|instance| instance.id != name);
                world.announce();
            }
        });
        if let Some(before) = facts.lives.insert(id, end) {
            before.abort();
        }
    }
}

/// The last number of `api-r3-12`.
fn number_of(id: &str) -> u32 {
    id.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn injected(doing: &str) -> EngineError {
    EngineError::Outside { doing: doing.to_owned(), source: std::io::Error::other("injected failure") }
}

/// Does the work unless it is sabotaged; an `After` failure does it all the same.
async fn carry<T>(
    failure: Option<Failure>,
    doing: &str,
    work: impl FnOnce() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    match failure {
        None => work(),
        Some(Failure::Before) => Err(injected(doing)),
        Some(Failure::After) => work().and(Err(injected(doing))),
        Some(Failure::Hang) => std::future::pending().await,
    }
}

impl Engine for FakeEngine {
    async fn preflight(&self, workload: &Workload) -> Result<(), EngineError> {
        let (service, version) = (workload.name().to_owned(), workload.version.clone());
        let failure = self.record(Call::Preflight { service: service.clone(), version: version.clone() });
        carry(failure, "looking at the artefact", || {
            match self.world.facts().artefacts.get(&(service.clone(), version.clone())) {
                Some(reason) => Err(EngineError::Artefact { service, version, reason: reason.clone() }),
                None => Ok(()),
            }
        })
        .await
    }

    async fn apply(&self, workload: &Workload, replicas: u32) -> Result<(), EngineError> {
        let (service, release) = (workload.name().to_owned(), workload.release);
        let failure = self.record(Call::Apply { service: service.clone(), release, replicas });
        carry(failure, "recording the wish", || {
            self.world.facts().wishes.insert((service, release), (workload.clone(), replicas));
            self.reconcile();
            Ok(())
        })
        .await
    }

    async fn observe(&self) -> Result<Vec<Instance>, EngineError> {
        Ok(self.world.facts().instances.clone())
    }

    async fn restart(&self, service: &str, release: ReleaseId) -> Result<(), EngineError> {
        let failure = self.record(Call::Restart { service: service.to_owned(), release });
        carry(failure, "restarting", || {
            let facts = self.world.facts();
            let ids: Vec<String> = facts.of(service, release).into_iter().map(|instance| instance.id.clone()).collect();
            drop(facts);
            for id in ids {
                self.delete(&id);
            }
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
        let call = Call::RunOnce { service: workload.name().to_owned(), command: command.text.clone() };
        match self.record(call) {
            // A real engine ends a command that hangs when its time is up.
            Some(Failure::Hang) => {
                sleep(within).await;
                Ok(TaskReport { code: None, timed_out: true, last_lines: Vec::new() })
            }
            failure => {
                carry(failure, "running a command", || {
                    let well = TaskReport { code: Some(0), timed_out: false, last_lines: Vec::new() };
                    Ok(self.world.facts().tasks.get(&command.text).cloned().unwrap_or(well))
                })
                .await
            }
        }
    }

    async fn last_lines(&self, instance: &str, count: usize) -> Result<Vec<String>, EngineError> {
        let facts = self.world.facts();
        let found = facts.instances.iter().find(|known| known.id == instance);
        let instance = found.ok_or_else(|| EngineError::Unknown { what: "instance", name: instance.to_owned() })?;
        let lines = instance.last_exit.as_ref().map(|exit| exit.last_lines.clone()).unwrap_or_default();
        Ok(lines.into_iter().take(count).collect())
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.world.changes()
    }
}
