//! Keeps the gateway's table true: what is ready, how it is split, what is about to leave.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use towel_engine::local::{Boxed, Drain, LocalEngine};
use towel_engine::{Engine, EngineError, Instance, ReleaseId};
use towel_gateway::table::Table;
use towel_gateway::{Admin, AdminError};
use towel_model::Stack;
use towel_rollout::{Evidence, Share, Traffic, TrafficError};

use super::evidence::evidence;
use super::gateway_process::GatewayProcess;
use super::routing::{Situation, Split, label, table};

/// How long the table may be out of date when nothing tells that it is.
const REFRESH: Duration = Duration::from_secs(5);

/// The gateway as the supervisor knows it.
pub(crate) struct Front {
    process: GatewayProcess,
    admin: Admin,
    folder: PathBuf,
    engine: OnceLock<Arc<LocalEngine>>,
    wanted: Mutex<Wanted>,
    /// Tables are sent one after the other; the guarded table is the one in force.
    in_force: tokio::sync::Mutex<Option<Table>>,
    /// Why the gateway did not follow last time.
    trouble: Mutex<Option<String>>,
    /// Whether the gateway's end is wanted.
    stopping: AtomicBool,
}

/// Where the gateway listens.
pub(crate) struct Doors {
    /// For users.
    pub(crate) front: Option<SocketAddr>,
    /// For the other services, on the loopback address.
    pub(crate) ports: BTreeMap<String, u16>,
}

/// What the table follows from besides the instances.
struct Wanted {
    stack: Arc<Stack>,
    front: Option<SocketAddr>,
    ports: BTreeMap<String, u16>,
    splits: BTreeMap<String, Split>,
    versions: BTreeMap<ReleaseId, String>,
    leaving: BTreeSet<String>,
}

impl Front {
    /// A front for `stack`. Starts nothing yet.
    pub(crate) fn new(
        process: GatewayProcess,
        folder: PathBuf,
        stack: Arc<Stack>,
        front: Option<SocketAddr>,
        ports: BTreeMap<String, u16>,
    ) -> Self {
        let wanted = Wanted {
            stack,
            front,
            ports,
            splits: BTreeMap::new(),
            versions: BTreeMap::new(),
            leaving: BTreeSet::new(),
        };
        Self {
            admin: Admin::new(process.admin()),
            process,
            folder,
            engine: OnceLock::new(),
            wanted: Mutex::new(wanted),
            in_force: tokio::sync::Mutex::new(None),
            trouble: Mutex::new(None),
            stopping: AtomicBool::new(false),
        }
    }

    /// The engine whose instances it routes to; given once.
    pub(crate) fn attach(&self, engine: Arc<LocalEngine>) {
        assert!(self.engine.set(engine).is_ok(), "this is a bug in towel: the front was attached twice");
    }

    /// The stack of a changed file.
    pub(crate) fn change_stack(&self, stack: Arc<Stack>, ports: BTreeMap<String, u16>) {
        let mut wanted = self.wanted();
        wanted.stack = stack;
        wanted.ports = ports;
    }

    /// Why the gateway does not follow, when it does not.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where it listens.
    pub(crate) fn doors(&self) -> Doors {
        let wanted = self.wanted();
        Doors { front: wanted.front, ports: wanted.ports.clone() }
    }

    /// Ends the gateway.
    pub(crate) async fn stop(&self) -> anyhow::Result<()> {
        self.stopping.store(true, Ordering::Relaxed);
        self.process.stop().await
    }

    /// The gateway's admin client.
    pub(crate) fn admin(&self) -> &Admin {
        &self.admin
    }

    /// Keeps the gateway alive and its table true until the task is dropped.
    pub(crate) async fn keep(&self, report: impl Fn(String)) {
        let mut changes = self.engine().changes();
        let mut last = None;
        loop {
            let said = self.sync().await.err().map(|error| error.to_string());
            if said != last {
                report(said.clone().unwrap_or_else(|| "the gateway follows again".to_owned()));
                last = said;
            }
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = self.process.ended() => {
                    if self.stopping.load(Ordering::Relaxed) {
                        return;
                    }
                    report("the gateway ended; it is started again with its last table".to_owned());
                    if let Err(error) = self.process.ensure().await {
                        report(format!("{error:#}"));
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                    *self.in_force.lock().await = None;
                }
                () = tokio::time::sleep(REFRESH) => {}
            }
        }
    }

    /// Puts the table that follows from now in force, if another one is.
    pub(crate) async fn sync(&self) -> Result<(), TrafficError> {
        let put = self.put().await;
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = put.as_ref().err().map(ToString::to_string);
        put
    }

    async fn put(&self) -> Result<(), TrafficError> {
        // The lock comes before the look at the instances: whoever waits here sees what is new.
        let mut in_force = self.in_force.lock().await;
        let instances = self.engine().observe().await.map_err(|error| unseen(&error))?;
        let mut next = self.table(&instances);
        if in_force.is_none() {
            *in_force = Some(self.admin.table().await.map_err(unreachable)?);
        }
        if let Some(old) = in_force.as_ref() {
            self.keep_undecided(&mut next, old);
        }
        let generation = in_force.as_ref().map_or(0, |table| table.generation);
        next.generation = generation;
        if in_force.as_ref() == Some(&next) {
            return Ok(());
        }
        next.generation = generation + 1;
        match self.admin.put_table(&next).await {
            Ok(_in_force) => {
                *in_force = Some(next);
                Ok(())
            }
            Err(error) => {
                // It may hold the new table or the old one; the next round asks.
                *in_force = None;
                Err(unreachable(error))
            }
        }
    }

    /// Takes an instance out of the table and returns once nothing is in flight there, or at the limit.
    pub(crate) async fn take_out(&self, instance: &Instance, limit: Duration) -> Result<(), TrafficError> {
        self.wanted().leaving.insert(instance.id.clone());
        self.sync().await?;
        self.admin.drain(&instance.id, limit).await.map_err(unreachable)?;
        Ok(())
    }

    /// A supervisor that has just started learns the splits one service after the other. Until
    /// then, what an earlier one decided stays in force.
    fn keep_undecided(&self, next: &mut Table, old: &Table) {
        let wanted = self.wanted();
        for (name, backend) in &mut next.backends {
            if let (false, Some(old)) = (wanted.splits.contains_key(name), old.backends.get(name)) {
                backend.clone_from(old);
            }
        }
    }

    fn table(&self, instances: &[Instance]) -> Table {
        let mut wanted = self.wanted();
        wanted.leaving.retain(|id| instances.iter().any(|instance| instance.id == *id));
        for instance in instances {
            wanted.versions.entry(instance.release).or_insert_with(|| instance.version.clone());
        }
        table(&Situation {
            stack: &wanted.stack,
            folder: &self.folder,
            front: wanted.front,
            ports: &wanted.ports,
            splits: &wanted.splits,
            versions: &wanted.versions,
            instances,
            leaving: &wanted.leaving,
        })
    }

    fn engine(&self) -> &Arc<LocalEngine> {
        self.engine.get().expect("the front is attached before anything runs")
    }

    fn wanted(&self) -> std::sync::MutexGuard<'_, Wanted> {
        // Every change leaves the value whole, so that a panic elsewhere does not spoil it.
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drain for Front {
    fn drain<'a>(&'a self, instance: &'a Instance, limit: Duration) -> Boxed<'a, ()> {
        Box::pin(async move {
            let began = tokio::time::Instant::now();
            while self.take_out(instance, limit.saturating_sub(began.elapsed())).await.is_err() {
                // A gateway that does not answer may still send requests there by its last table, so
                // the instance keeps its whole drain time; `keep` says what is wrong.
                if began.elapsed() >= limit {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
    }
}

impl Traffic for Front {
    async fn split(&self, service: &str, epoch: u64, shares: &[Share]) -> Result<(), TrafficError> {
        let split = Split { epoch, shares: shares.to_vec() };
        self.wanted().splits.insert(service.to_owned(), split);
        self.sync().await
    }

    async fn evidence(&self, service: &str) -> Result<Evidence, TrafficError> {
        let stats = self.admin.stats().await.map_err(unreachable)?;
        Ok(evidence(&stats, service))
    }

    async fn probe(
        &self,
        service: &str,
        release: ReleaseId,
        path: &str,
        within: Duration,
    ) -> Result<(u16, f64), TrafficError> {
        // The instance may have become ready a moment ago.
        self.sync().await?;
        let version = self.wanted().versions.get(&release).cloned().unwrap_or_default();
        let answer = self.admin.probe(service, &label(&version, release), path, within).await;
        match answer {
            Ok(answer) => Ok((answer.status, answer.seconds)),
            Err(AdminError::Refused { status: 502, reason }) => Err(TrafficError::NoAnswer(reason)),
            Err(error) => Err(unreachable(error)),
        }
    }
}

fn unreachable(error: AdminError) -> TrafficError {
    match error {
        AdminError::Refused { reason, .. } => TrafficError::Refused(reason),
        gone @ AdminError::Unreachable { .. } => TrafficError::Unreachable(gone.to_string()),
    }
}

fn unseen(error: &EngineError) -> TrafficError {
    TrafficError::Unreachable(format!("its instances cannot be seen: {error}"))
}
