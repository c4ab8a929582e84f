//! The supervisor's life: start or take over, serve, and stop or leave everything running.

use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use tokio::sync::{Notify, watch};
use towel_check::CheckedStack;
use towel_engine::local::{LocalEngine, LocalSettings};
use towel_rollout::Journal;
use towel_rollout::driver::{Driver, Settings};

use super::api;
use super::bindings::Bindings;
use super::front::Front;
use super::gateway_process::GatewayProcess;
use super::ports::Ports;
use super::secrets::Secrets;
use crate::exit::Failure;
use crate::product::Product;
use crate::project::Project;

/// Where the supervisor says what happens: a terminal, or its log.
pub(crate) type Voice = Arc<dyn Fn(&str) + Send + Sync>;

/// How a supervisor's life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Everything it ran was stopped.
    Stopped,
    /// It goes, and what it ran stays.
    Left,
}

/// What is wished for the supervisor's own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Go on.
    Serve,
    /// Stop everything; with the datastores' data, or not.
    Down {
        /// Whether the data goes as well.
        volumes: bool,
    },
    /// Go, and leave everything running.
    Leave,
}

/// An environment that runs.
pub(crate) struct Supervisor {
    pub(super) project: Project,
    pub(super) engine: Arc<LocalEngine>,
    pub(super) front: Arc<Front>,
    pub(super) bindings: Arc<Bindings>,
    pub(super) driver: Arc<Driver<LocalEngine, Front>>,
    pub(super) voice: Voice,
    stack: Mutex<Arc<CheckedStack>>,
    /// Changed declarations that could not be shipped when the file was last looked at.
    pub(super) held_back: Mutex<Vec<String>>,
    wish: watch::Sender<Wish>,
    /// Told when `down` has done all but end the process, so that whoever asked gets an answer.
    pub(super) stopped: Notify,
    /// One supervisor per environment. Never dropped: it ends with the process, and not a moment
    /// before, so that whoever gets it next finds nothing left of this one.
    _lock: ManuallyDrop<std::fs::File>,
}

impl Supervisor {
    /// Starts the environment, or takes over what an earlier supervisor left running.
    pub(crate) async fn start(project: Project, versions: &[String], voice: Voice) -> anyhow::Result<Arc<Self>> {
        project.create()?;
        let lock = take_lock(&project)?;
        let stack = Arc::new(Product::read(&project.file)?.admit(&project.environment)?);
        refuse_other_engines(&stack)?;
        let supervisor = Arc::new(Self::assemble(project, stack, voice, lock).await?);
        tokio::spawn(keep_front(supervisor.clone()));
        tokio::spawn(api::tell_events(supervisor.clone()));
        let found = supervisor.engine.adopt().await?;
        if let Err(error) = supervisor.begin(found.len(), versions).await {
            if found.is_empty() {
                // A start that failed leaves nothing running that was not there before.
                supervisor.end(Wish::Down { volumes: false }).await?;
            }
            return Err(error);
        }
        Ok(supervisor)
    }

    async fn assemble(
        project: Project,
        stack: Arc<CheckedStack>,
        voice: Voice,
        lock: std::fs::File,
    ) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("find this binary")?;
        let process = GatewayProcess::new(&project, &program)?;
        let running = process.is_running().await;
        let mut ports = Ports::read(&project.state, running)?;
        let plain = Arc::new((**stack).clone());
        let of_services = ports.of_services(&stack)?;
        let door = ports.front_door(&stack)?;
        process.ensure().await?;
        let secrets = Secrets::read(&project.folder, &project.state, variables())?;
        let bindings = Arc::new(Bindings::new(secrets, plain.clone(), of_services.clone()));
        let front = Arc::new(Front::new(process, project.folder.clone(), plain, door, of_services));
        let engine = Arc::new(LocalEngine::new(LocalSettings {
            environment: variables().collect(),
            project: project.folder.clone(),
            state: project.state.clone(),
            shim: vec![program.into_os_string(), "shim".into()],
            resolve: bindings.clone(),
            drain: front.clone(),
            seed: std::process::id().into(),
        })?);
        front.attach(engine.clone());
        let journal = Journal::open(&project.journal())?;
        let driver = Driver::new(engine.clone(), front.clone(), journal, Settings::new(jiff::Timestamp::now));
        Ok(Self {
            project,
            engine,
            front,
            bindings,
            driver,
            voice,
            stack: Mutex::new(stack),
            held_back: Mutex::default(),
            wish: watch::channel(Wish::Serve).0,
            stopped: Notify::new(),
            _lock: ManuallyDrop::new(lock),
        })
    }

    /// Goes on with what was underway, starts what is missing.
    async fn begin(&self, found: usize, versions: &[String]) -> anyhow::Result<()> {
        if found > 0 {
            self.say(&format!("found {found} running instances again"));
        }
        let stack = self.stack();
        let resumed = self.driver.resume()?;
        if !resumed.is_empty() {
            self.say(&format!("going on with {} rollouts that were underway", resumed.len()));
        }
        let applied = self.bring_up(&stack, versions, &crate::commands::asker()).await?;
        applied.refused.iter().for_each(|refused| self.say(refused));
        Ok(())
    }

    /// Serves until told to end, and ends as told.
    pub(crate) async fn serve(self: Arc<Self>) -> anyhow::Result<Ending> {
        let socket = self.project.supervisor_socket()?;
        let mut api = tokio::spawn(api::serve(self.clone(), socket.clone()));
        let mut wish = self.wish.subscribe();
        let wished = tokio::select! {
            wished = wish.wait_for(|wish| *wish != Wish::Serve) => *wished.context("wait for the end")?,
            // What it runs stays; without a socket nobody could ask for anything.
            ended = &mut api => return ended.context("serve the socket")?.map(|()| Ending::Left),
        };
        let ended = self.end(wished).await;
        self.stopped.notify_waiters();
        // Answers that are underway get out; then the socket goes.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        api.abort();
        remove_if_there(&socket)?;
        ended
    }

    async fn end(&self, wish: Wish) -> anyhow::Result<Ending> {
        self.driver.close()?;
        let Wish::Down { volumes } = wish else {
            self.say("the supervisor goes; what it ran stays, and `towel up` takes it over");
            return Ok(Ending::Left);
        };
        self.say("stopping everything");
        self.engine.shut_down(volumes).await?;
        self.front.stop().await?;
        if volumes {
            // Releases, history and made secrets belong to the data that is gone.
            std::fs::remove_dir_all(&self.project.state)
                .with_context(|| format!("remove `{}`", self.project.state.display()))?;
        }
        self.say("stopped");
        Ok(Ending::Stopped)
    }

    /// Wishes for an end; [`Supervisor::serve`] brings it about.
    pub(crate) fn wish(&self, wish: Wish) {
        self.wish.send_replace(wish);
    }

    /// The stack in force.
    pub(super) fn stack(&self) -> Arc<CheckedStack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file anew; the stack in force changes only if the new one has no errors.
    pub(super) fn read_again(&self) -> anyhow::Result<Arc<CheckedStack>> {
        let stack = Arc::new(Product::read(&self.project.file)?.admit(&self.project.environment)?);
        refuse_other_engines(&stack)?;
        let plain = Arc::new((**stack).clone());
        let ports = Ports::read(&self.project.state, true)?.of_services(&stack)?;
        self.bindings.change(plain.clone(), ports.clone());
        self.front.change_stack(plain, ports);
        *self.stack.lock().unwrap_or_else(PoisonError::into_inner) = stack.clone();
        Ok(stack)
    }

    pub(super) fn say(&self, line: &str) {
        (self.voice)(line);
    }
}

async fn keep_front(supervisor: Arc<Supervisor>) {
    supervisor.front.keep(|line| supervisor.say(&line)).await;
}

pub(super) fn take_lock(project: &Project) -> anyhow::Result<std::fs::File> {
    let path = project.supervisor_lock();
    let file = std::fs::File::create(&path).with_context(|| format!("open `{}`", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(Failure::no(format!("environment `{}` is running here already", project.environment))
                .help("`towel status` shows it; `towel down` stops it")
                .into())
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("lock `{}`", path.display())),
    }
}

/// What the file declares and this build cannot run is refused, never left out in silence.
fn refuse_other_engines(stack: &CheckedStack) -> anyhow::Result<()> {
    if *stack.environment.engine == towel_model::EngineKind::Kubernetes {
        return Err(Failure::no(format!(
            "environment `{}` runs on Kubernetes, which this version of towel cannot run yet",
            stack.environment.name
        ))
        .help("choose an environment with `engine: local` by `--env`")
        .into());
    }
    for service in &stack.services {
        if service.run.is_none() {
            return Err(Failure::no(format!(
                "service `{}` has no `run:`, and containers are not run yet",
                service.name
            ))
            .help("give it a command for this machine, such as `run: ./releases/${version}/api`")
            .into());
        }
    }
    Ok(())
}

/// The supervisor's environment variables; one that is no text can be no value of ours.
fn variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

fn remove_if_there(path: &std::path::Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove `{}`", path.display()))
        }
        _ => Ok(()),
    }
}
