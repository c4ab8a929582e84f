//! Runs a command once with a workload's environment, under a shim, within a time limit.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use nix::sys::signal::Signal;
use tokio::time::timeout;
use towel_model::Template;

use super::artefact::examine;
use super::core::Core;
use super::program::Prepared;
use super::shimmed::{Outcome, Shimmed};
use super::{launch, logs};
use crate::shim::StopPlan;
use crate::{EngineError, TaskReport, Workload};

/// From SIGTERM to SIGKILL when its time is up.
const STOP: Duration = Duration::from_secs(5);

impl Core {
    /// The command's whole life.
    pub(crate) async fn run_once(
        self: &Arc<Self>,
        workload: &Workload,
        command: &Template,
        within: Duration,
    ) -> Result<TaskReport, EngineError> {
        let id = self.name_task(workload).await?;
        let prepared = self.prepare_task(workload, command, &id)?;
        let folder = self.folders.tasks().join(&id);
        fs::create_dir_all(&folder).map_err(outside("making the folder of a command"))?;
        let log = self.folders.log(workload.name(), &id);
        let launch = self.launch(prepared, Vec::new(), log.clone());
        let shimmed = Shimmed::start(&folder, &launch).await.map_err(|failure| {
            let _left_for_the_next_supervisor = fs::remove_dir_all(&folder);
            artefact(workload, launch::explain(&launch, &failure))
        })?;
        let mut task = Task { shimmed: Some(shimmed), folder };
        let report = task.wait(within, &log).await;
        task.finish().map_err(outside("removing the folder of a command"))?;
        Ok(report)
    }

    async fn name_task(&self, workload: &Workload) -> Result<String, EngineError> {
        let mut store = self.store.lock().await;
        let mut desired = store.desired().clone();
        let kind = format!("{}-{}-once", workload.name(), workload.release);
        let number = desired.numbers.entry(kind.clone()).or_default();
        *number += 1;
        let id = format!("{kind}-{number}");
        store.replace(desired).await.map_err(outside("noting the number of a command"))?;
        Ok(id)
    }

    fn prepare_task(&self, workload: &Workload, command: &Template, id: &str) -> Result<Prepared, EngineError> {
        let environment = self.environment(workload, id, None)?;
        let line = self.command_line(workload, command, &environment).map_err(|reason| artefact(workload, reason))?;
        examine(&line.program).map_err(|reason| artefact(workload, reason))?;
        Ok(Prepared {
            called: line.called,
            program: line.program,
            arguments: line.arguments,
            folder: self.service_folder(workload),
            environment,
            user: None,
            stop: StopPlan {
                signal: Signal::SIGTERM as i32,
                whole_group: true,
                within_ms: u64::try_from(STOP.as_millis()).unwrap_or(u64::MAX),
            },
        })
    }
}

/// A running command. Dropped before its end (its caller was cancelled), it is asked to stop.
struct Task {
    shimmed: Option<Shimmed>,
    folder: PathBuf,
}

impl Task {
    async fn wait(&mut self, within: Duration, log: &Path) -> TaskReport {
        let Some(shimmed) = &mut self.shimmed else {
            return TaskReport { code: None, timed_out: false, last_lines: Vec::new() };
        };
        let timed_out = timeout(within, shimmed.ended()).await.is_err();
        if timed_out {
            shimmed.stop();
            shimmed.ended().await;
        }
        let code = match shimmed.outcome() {
            Outcome::Told(ended) if !timed_out => ended.code,
            _ => None,
        };
        TaskReport { code, timed_out, last_lines: logs::last_texts(log, 10, Timestamp::UNIX_EPOCH).unwrap_or_default() }
    }

    fn finish(mut self) -> std::io::Result<()> {
        self.shimmed = None;
        fs::remove_dir_all(&self.folder)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(shimmed) = &self.shimmed {
            shimmed.stop();
        }
    }
}

fn artefact(workload: &Workload, reason: String) -> EngineError {
    EngineError::Artefact { service: workload.name().to_owned(), version: workload.version.clone(), reason }
}

fn outside(doing: &'static str) -> impl Fn(std::io::Error) -> EngineError {
    move |source| EngineError::Outside { doing: doing.to_owned(), source }
}
