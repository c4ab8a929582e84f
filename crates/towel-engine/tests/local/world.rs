//! A project in a temporary folder, an engine over it, and patience; ends every process when it is dropped.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::time::timeout;
use towel_engine::local::{Boxed, Drain, LocalEngine, LocalSettings, Resolve};
use towel_engine::{Engine, Instance, Phase, ReleaseId, Workload};
use towel_model::{
    Ask, EnvironmentField, Health, OnInsufficient, Percent, Probe, Range, Reference, Resources, Rollout, Service,
    Strategy, Template, Variable, VariableKind,
};

/// Longest that any test waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The test's own service.
pub(crate) fn mimic() -> &'static str {
    env!("CARGO_BIN_EXE_towel-mimic")
}

/// The shim's command line.
pub(crate) fn shim() -> Vec<OsString> {
    vec![env!("CARGO_BIN_EXE_towel-shim").into()]
}

pub(crate) struct World {
    folder: TempDir,
    pub(crate) drained: Arc<Drained>,
    pub(crate) secrets: Arc<Known>,
}

/// Notes whom it drained, and whether that one still lived then.
#[derive(Default)]
pub(crate) struct Drained(pub(crate) Mutex<Vec<(String, bool)>>);

impl Drain for Drained {
    fn drain<'a>(&'a self, instance: &'a Instance, _limit: Duration) -> Boxed<'a, ()> {
        let alive = instance.pid.is_some_and(is_alive);
        self.0.lock().unwrap().push((instance.id.clone(), alive));
        Box::pin(async {})
    }
}

/// Knows the environment's name and a few secrets.
#[derive(Default)]
pub(crate) struct Known(pub(crate) Mutex<BTreeMap<String, String>>);

impl Resolve for Known {
    fn resolve(&self, _service: &str, reference: &Reference) -> Result<Option<String>, String> {
        match reference {
            Reference::Environment(EnvironmentField::Name) => Ok(Some("dev".to_owned())),
            Reference::Secret(name) if name == "optional" => Ok(None),
            Reference::Secret(name) => match self.0.lock().unwrap().get(name) {
                Some(value) => Ok(Some(value.clone())),
                None => Err(format!("secret `{name}` has no value: set it")),
            },
            other => Err(format!("{other:?} is unknown")),
        }
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), drained: Arc::default(), secrets: Arc::default() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path(".towel")
    }

    pub(crate) fn settings(&self) -> LocalSettings {
        LocalSettings {
            project: self.folder.path().to_path_buf(),
            state: self.state(),
            shim: shim(),
            environment: std::env::vars().collect(),
            resolve: self.secrets.clone(),
            drain: self.drained.clone(),
            seed: u64::from(std::process::id()),
        }
    }

    /// An engine that has adopted what is there.
    pub(crate) async fn engine(&self) -> LocalEngine {
        let engine = LocalEngine::new(self.settings()).unwrap();
        engine.adopt().await.unwrap();
        engine
    }

    pub(crate) fn status(&self, instance: &str) -> serde_json::Value {
        let path = self.state().join("run/instances").join(instance).join("status.json");
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    }

    pub(crate) fn shim_pid(&self, instance: &str) -> u32 {
        u32::try_from(self.status(instance)["shim"]["pid"].as_u64().unwrap()).unwrap()
    }

    fn end_everything(&self) {
        let Ok(entries) = fs::read_dir(self.state().join("run/instances")) else { return };
        for folder in entries.flatten() {
            let Ok(text) = fs::read(folder.path().join("status.json")) else { continue };
            let Ok(status) = serde_json::from_slice::<serde_json::Value>(&text) else { continue };
            for who in ["shim", "service"] {
                let (pid, start) = (status[who]["pid"].as_u64(), status[who]["start"].as_u64());
                if let (Some(pid), Some(start)) = (pid, start)
                    && start_of(pid as u32) == Some(start)
                {
                    let _ended = kill(Pid::from_raw(pid as i32), Signal::SIGKILL);
                }
            }
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.end_everything();
    }
}

/// Waits until the instances are as wanted, and returns them.
pub(crate) async fn wait_for(engine: &LocalEngine, what: &str, wanted: impl Fn(&[Instance]) -> bool) -> Vec<Instance> {
    let mut changes = engine.changes();
    let waiting = async {
        loop {
            changes.borrow_and_update();
            let instances = engine.observe().await.unwrap();
            if wanted(&instances) {
                return instances;
            }
            // Besides changes, since some tests wait for processes and files.
            let _change_or_time = timeout(Duration::from_millis(200), changes.changed()).await;
        }
    };
    match timeout(PATIENCE, waiting).await {
        Ok(instances) => instances,
        Err(_) => panic!("waited in vain for {what}: {:#?}\n{:?}", engine.observe().await.unwrap(), engine.notices()),
    }
}

/// Waits until exactly so many instances are there and ready.
pub(crate) async fn wait_ready(engine: &LocalEngine, count: usize) -> Vec<Instance> {
    let ready = |all: &[Instance]| all.len() == count && all.iter().all(Instance::is_ready);
    wait_for(engine, &format!("{count} ready instances"), ready).await
}

/// Waits until the only instance is in that phase.
pub(crate) async fn wait_phase(engine: &LocalEngine, phase: Phase) -> Instance {
    let found = wait_for(engine, &format!("{phase:?}"), |all| all.iter().any(|one| one.state.phase == phase)).await;
    found.into_iter().find(|one| one.state.phase == phase).unwrap()
}

/// Waits until something outside of the engine is so.
pub(crate) async fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(PATIENCE, waiting).await.is_ok(), "waited in vain until {what}");
}

pub(crate) fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

/// The number in a file that a service writes.
pub(crate) fn pid_in(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

pub(crate) fn kill_process(pid: u32) {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL).unwrap();
}

pub(crate) fn http(path: &str) -> Probe {
    probe(Ask::Http(path.to_owned()))
}

pub(crate) fn probe(ask: Ask) -> Probe {
    Probe { ask, every: Duration::from_millis(100), within: Duration::from_secs(5), failures: 2, successes: 1 }
}

pub(crate) fn variable(name: &str, value: Template) -> Variable {
    Variable {
        name: name.to_owned().into(),
        value: Some(value.into()),
        kind: VariableKind::Text,
        required_in: Vec::new(),
        description: None,
    }
}

/// The service `api` that runs this command, with a port.
pub(crate) fn workload(release: u64, run: &str) -> Workload {
    let mut service = service("api");
    service.run = Some(Template::literal(run).into());
    service.port = Some(3000.into());
    Workload { release: ReleaseId(release), version: format!("v{release}"), service }
}

/// The test's own service, with a readiness probe.
pub(crate) fn web(release: u64) -> Workload {
    let mut workload = workload(release, &format!("{} serve", mimic()));
    workload.service.health.ready = Some(http("/ready").into());
    workload
}

/// A command without a port.
pub(crate) fn worker(release: u64, run: &str) -> Workload {
    let mut workload = workload(release, run);
    workload.service.port = None;
    workload
}

pub(crate) fn service(name: &str) -> Service {
    Service {
        name: name.to_owned().into(),
        owner: None,
        description: None,
        stack: None,
        source: None,
        image: None,
        run: None,
        port: None,
        health: Health { live: None, ready: None, start: Duration::from_secs(30).into() },
        metrics: None,
        needs: Vec::new(),
        pool: Vec::new(),
        env: Vec::new(),
        resources: Resources::default(),
        replicas: Range { min: 1, max: 1 }.into(),
        replicas_given: false,
        scale_on: None,
        drain: Duration::from_secs(5).into(),
        stop: Duration::from_secs(10).into(),
        expose: None,
        rollout: Rollout {
            strategy: Strategy::Recreate.into(),
            steps: vec![Percent(100.0).into()],
            bake: Duration::ZERO.into(),
            deadline: Duration::from_secs(600).into(),
            surge: 1.into(),
            before: Vec::new(),
            smoke: Vec::new(),
            on_insufficient: OnInsufficient::Hold.into(),
        },
        slo: None,
        span: towel_source::Span::default(),
    }
}
