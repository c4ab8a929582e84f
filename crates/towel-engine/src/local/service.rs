//! A service's instance as a program: its command, environment, folder and probes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;
use towel_model::{Ask as Asked, Probe, Resources, Template};

use super::Boxed;
use super::artefact::{examine, find_program};
use super::ask::{ProbeCommand, Question};
use super::command::split;
use super::core::Core;
use super::environment::search_path;
use super::health::{Check, Checks};
use super::program::{Place, Prepared, Program};
use crate::shim::StopPlan;
use crate::{EngineError, Workload};

/// A service's instance.
pub(crate) struct ServiceProgram {
    core: Arc<Core>,
    workload: Arc<Workload>,
}

/// A command line, ready for exec.
pub(crate) struct CommandLine {
    pub(crate) called: String,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
}

impl ServiceProgram {
    pub(crate) fn new(core: Arc<Core>, workload: Arc<Workload>) -> Self {
        Self { core, workload }
    }

    fn prepare_now(&self, place: &Place) -> Result<Prepared, String> {
        let workload = &self.workload;
        let environment =
            self.core.environment(workload, &place.id, place.address).map_err(|error| error.to_string())?;
        let run = workload.service.run.as_ref().ok_or_else(|| without_run(workload))?;
        let line = self.core.command_line(workload, run, &environment)?;
        examine(&line.program)?;
        Ok(Prepared {
            called: line.called,
            program: line.program,
            arguments: line.arguments,
            folder: self.core.service_folder(workload),
            environment,
            user: None,
            stop: StopPlan {
                signal: Signal::SIGTERM as i32,
                whole_group: true,
                within_ms: u64::try_from(workload.service.stop.as_millis()).unwrap_or(u64::MAX),
            },
        })
    }

    fn checks_now(&self, place: &Place) -> Result<Checks, String> {
        let environment = self.core.environment(&self.workload, &place.id, place.address);
        let environment = environment.map_err(|error| error.to_string())?;
        let health = &self.workload.service.health;
        let check = |probe: &Probe| self.check(probe, place, &environment);
        let mut checks = Checks {
            ready: health.ready.as_ref().map(|probe| check(probe)).transpose()?,
            live: health.live.as_ref().map(|probe| check(probe)).transpose()?,
        };
        if let (Some(address), None, None) = (place.address, &checks.ready, &checks.live) {
            checks.ready = Some(port_check(address));
        }
        Ok(checks)
    }

    fn check(&self, probe: &Probe, place: &Place, environment: &[(String, String)]) -> Result<Check, String> {
        let address = || place.address.ok_or_else(|| "a probe asks its port, but the service has no `port`".to_owned());
        let question = match &probe.ask {
            Asked::Http(path) => Question::Http { address: address()?, path: path.clone() },
            Asked::Tcp => Question::Tcp(address()?),
            Asked::Run(command) => {
                let line = self.core.command_line(&self.workload, command, environment)?;
                Question::Run(ProbeCommand {
                    shown: command.text.clone(),
                    program: line.program,
                    arguments: line.arguments,
                    folder: self.core.service_folder(&self.workload),
                    environment: environment.to_vec(),
                })
            }
        };
        let Probe { every, within, failures, successes, .. } = *probe;
        Ok(Check { question, every, within, failures, successes })
    }
}

impl Program for ServiceProgram {
    fn needs(&self) -> Vec<String> {
        self.workload.service.needs.iter().map(|need| need.value.clone()).collect()
    }

    fn start_within(&self) -> Duration {
        *self.workload.service.health.start
    }

    fn drain(&self) -> Option<Duration> {
        self.workload.service.port.as_ref().map(|_| *self.workload.service.drain)
    }

    fn resources(&self) -> Resources {
        self.workload.service.resources.clone()
    }

    fn prepare<'a>(&'a self, place: &'a Place) -> Boxed<'a, Result<Prepared, String>> {
        Box::pin(async { self.prepare_now(place) })
    }

    fn checks(&self, place: &Place) -> Result<Checks, String> {
        self.checks_now(place)
    }
}

impl Core {
    /// The folder in which a service runs: its source if that is there, else the project's.
    ///
    /// A release that was built elsewhere has no source here, which is no reason not to run it.
    pub(crate) fn service_folder(&self, workload: &Workload) -> PathBuf {
        let project = &self.folders.project;
        let source = workload.service.source.as_ref().map(|source| project.join(source.as_str()));
        source.filter(|folder| folder.is_dir()).unwrap_or_else(|| project.clone())
    }

    /// Splits a command and finds its program. A relative path is relative to the project's folder even when
    /// the service runs in its source, so that `./releases/${version}/api` means what it says.
    pub(crate) fn command_line(
        &self,
        workload: &Workload,
        command: &Template,
        environment: &[(String, String)],
    ) -> Result<CommandLine, String> {
        let words = split(command, |reference| self.value(workload, reference).map_err(|gap| gap.into_words(command)))?;
        let (called, arguments) = words.split_first().ok_or("the command is empty")?;
        let program = find_program(called, &self.folders.project, search_path(environment))?;
        Ok(CommandLine { called: called.clone(), program, arguments: arguments.to_vec() })
    }

    /// Whether an instance of `workload` could be started, without starting one.
    pub(crate) fn preflight(&self, workload: &Workload) -> Result<(), EngineError> {
        let artefact = |reason: String| EngineError::Artefact {
            service: workload.name().to_owned(),
            version: workload.version.clone(),
            reason,
        };
        let run = workload.service.run.as_ref().ok_or_else(|| artefact(without_run(workload)))?;
        let environment = self.environment(workload, "preflight", None)?;
        let line = self.command_line(workload, run, &environment).map_err(artefact)?;
        examine(&line.program).map_err(artefact)
    }
}

fn without_run(workload: &Workload) -> String {
    let name = workload.name();
    format!("the local engine runs processes, and `{name}` has no `run:` that says how to start it")
}

/// A service with a port and no probe is ready when it listens; sending it traffic before would fail.
fn port_check(address: SocketAddr) -> Check {
    Check {
        question: Question::Tcp(address),
        every: Duration::from_secs(10),
        within: Duration::from_secs(1),
        failures: 3,
        successes: 1,
    }
}
