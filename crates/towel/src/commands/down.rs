//! `towel down`: stops everything that `up` started.

use std::time::Duration;

use anyhow::Context;

use crate::client::Client;
use crate::exit::Status;
use crate::project::Project;
use crate::show::output;
use crate::supervisor::Voice;
use crate::supervisor::wire::{Done, DownBody};

/// Stops the environment and says so.
pub(crate) async fn down(project: &Project, volumes: bool, json: bool, quiet: bool) -> anyhow::Result<Status> {
    let message = stop(project, volumes).await?;
    if json {
        output::json_line(&Done { message })?;
    } else if !quiet {
        output::line(message)?;
    }
    Ok(Status::Done)
}

/// Stops the environment, also one whose supervisor has died.
pub(crate) async fn stop(project: &Project, volumes: bool) -> anyhow::Result<String> {
    let client = Client::new(project.supervisor_socket()?, &project.environment);
    if client.is_up().await {
        // Opened before, since `--volumes` removes the file.
        let lock = supervisor_lock(project)?;
        let done: Done = client.post("/v1/down", &DownBody { volumes }).await?;
        wait_for_end(&lock).await?;
        return Ok(done.message);
    }
    if !project.state.exists() {
        return Ok(format!("environment `{}` is not running here; nothing was done", project.environment));
    }
    // Its supervisor died, or nothing runs. Either way what may be left is found by its files.
    let silent: Voice = std::sync::Arc::new(|_| {});
    crate::supervisor::clean_up(project, volumes, silent).await?;
    Ok(format!("what was left of environment `{}` is stopped", project.environment))
}

/// The file that the supervisor holds for as long as it lives.
pub(crate) fn supervisor_lock(project: &Project) -> anyhow::Result<std::fs::File> {
    let path = project.supervisor_lock();
    std::fs::File::open(&path).with_context(|| format!("open `{}`", path.display()))
}

/// The answer comes a moment before the process ends; a next `up` needs the moment after, and so
/// does whoever looks whether anything is left. The lock ends with the process.
pub(crate) async fn wait_for_end(lock: &std::fs::File) -> anyhow::Result<()> {
    let ended = async {
        while let Err(std::fs::TryLockError::WouldBlock) = lock.try_lock() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.context("wait for the supervisor's end")
}
