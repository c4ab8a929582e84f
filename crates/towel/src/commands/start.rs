//! Starts a supervisor in the background, and finds out why when it does not stay.

use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context;
use tokio::time::sleep;

use crate::client::Client;
use crate::exit::{Failure, Status};
use crate::project::Project;
use crate::supervisor::wire::StatusView;

/// Returns once the supervisor answers that was started here, and no other one.
pub(super) async fn start(project: &Project, versions: &[String]) -> anyhow::Result<Client> {
    project.create()?;
    let mut starting = Starting::spawn(project, versions)?;
    let client = Client::new(project.supervisor_socket()?, &project.environment);
    while !starting.answers(&client).await {
        if let Some(status) = starting.child.try_wait().context("ask for the supervisor's end")? {
            return Err(starting.ended(status));
        }
        sleep(Duration::from_millis(20)).await;
    }
    std::fs::rename(&starting.log, project.supervisor_log()).context("keep the supervisor's log")?;
    Ok(client)
}

/// A supervisor that does not answer yet.
struct Starting {
    child: Child,
    /// Its own until it answers: another one may run already, or be started at the same moment.
    log: PathBuf,
}

impl Starting {
    fn spawn(project: &Project, versions: &[String]) -> anyhow::Result<Self> {
        let path = project.supervisor_log().with_extension(format!("{}.log", std::process::id()));
        let log = std::fs::File::create(&path).with_context(|| format!("open `{}`", path.display()))?;
        let program = std::env::current_exe().context("find this binary")?;
        let mut command = std::process::Command::new(program);
        command.arg("--file").arg(&project.file).arg("--env").arg(&project.environment).arg("supervise");
        for version in versions {
            command.arg("--version").arg(version);
        }
        command.current_dir(&project.folder).stdin(Stdio::null());
        command.stdout(log.try_clone().context("share the log")?).stderr(log);
        Ok(Self { child: command.spawn().context("start the supervisor")?, log: path })
    }

    async fn answers(&self, client: &Client) -> bool {
        client.get::<StatusView>("/v1/status").await.is_ok_and(|status| status.supervisor == self.child.id())
    }

    /// Why it ended, in its own words.
    fn ended(&self, status: ExitStatus) -> anyhow::Error {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        // Nobody looks for it under this name any more; should it stay, it does no harm.
        let _removed = std::fs::remove_file(&self.log).is_ok();
        // What it said before, with the time in front, is not why it ended.
        let end = said.lines().position(|line| line.starts_with("error: ")).unwrap_or(0);
        let said = said.lines().skip(end).collect::<Vec<_>>().join("\n");
        let said = said.trim();
        let message = said.strip_prefix("error: ").unwrap_or(said);
        let (message, help) = match message.split_once("\n help: ") {
            Some((message, help)) => (message.trim(), Some(help.trim().to_owned())),
            None => (message, None),
        };
        let message =
            if message.is_empty() { format!("the supervisor ended with {status}") } else { message.to_owned() };
        let code = match status.code() {
            Some(1) => Status::No,
            Some(2) => Status::Usage,
            _ => Status::Outside,
        };
        Failure { status: code, message, help }.into()
    }
}
