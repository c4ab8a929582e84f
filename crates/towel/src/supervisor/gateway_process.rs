//! Starts the gateway's process, finds it again, and starts it anew when it died.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::time::{Instant, sleep};

use crate::binary::runs;
use crate::project::Project;

/// How long a new gateway may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(15);
/// How long it may take to end before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// The gateway's process. It belongs to nobody: it serves on when its supervisor dies.
#[derive(Debug, Clone)]
pub(crate) struct GatewayProcess {
    program: PathBuf,
    admin: PathBuf,
    state: PathBuf,
    log: PathBuf,
}

impl GatewayProcess {
    /// The gateway of a project, run by `program` (this binary). Starts nothing yet.
    pub(crate) fn new(project: &Project, program: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            program: program.to_path_buf(),
            admin: project.gateway_socket()?,
            state: project.state.join("run/gateway.json"),
            log: project.gateway_log(),
        })
    }

    /// Its admin socket.
    pub(crate) fn admin(&self) -> &Path {
        &self.admin
    }

    /// Whether a gateway answers.
    pub(crate) async fn is_running(&self) -> bool {
        UnixStream::connect(&self.admin).await.is_ok()
    }

    /// The process that answers.
    async fn pid(&self) -> anyhow::Result<Option<u32>> {
        let Ok(connection) = UnixStream::connect(&self.admin).await else { return Ok(None) };
        let peer = connection.peer_cred().context("ask who the gateway is")?;
        Ok(peer.pid().and_then(|pid| u32::try_from(pid).ok()))
    }

    /// Ends the gateway that answers, at the latest by SIGKILL; removes what it left.
    pub(crate) async fn stop(&self) -> anyhow::Result<()> {
        let mut signal = Signal::SIGTERM;
        let mut limit = Instant::now() + STOP_LIMIT;
        while let Ok(connection) = UnixStream::connect(&self.admin).await {
            let pid =
                connection.peer_cred().context("ask who the gateway is")?.pid().context("ask who the gateway is")?;
            drop(connection);
            match kill(Pid::from_raw(pid), signal) {
                Err(error) if error != Errno::ESRCH => return Err(error).context("end the gateway"),
                _ => {}
            }
            if Instant::now() > limit {
                anyhow::ensure!(signal == Signal::SIGTERM, "the gateway (process {pid}) does not end even by SIGKILL");
                (signal, limit) = (Signal::SIGKILL, Instant::now() + STOP_LIMIT);
            }
            sleep(Duration::from_millis(50)).await;
        }
        for file in [&self.admin, &self.state] {
            match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("remove `{}`", file.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns once a gateway of this binary answers: the one that runs, or a new one. One of
    /// another binary hands its sockets to the new one, so that no connection is refused.
    pub(crate) async fn ensure(&self) -> anyhow::Result<()> {
        let older = match self.pid().await? {
            Some(pid) if runs(pid, &self.program) => return Ok(()),
            older => older,
        };
        let mut child = self.spawn(older.is_some())?;
        let limit = Instant::now() + START_LIMIT;
        while matches!(self.pid().await?, pid if pid.is_none() || pid == older) {
            if let Some(status) = child.try_wait().context("ask for the gateway's end")? {
                anyhow::bail!("the gateway ended at once with {status}; its last words: {}", self.last_words());
            }
            anyhow::ensure!(
                Instant::now() < limit,
                "the gateway did not answer on `{}` within {} s; its last words: {}",
                self.admin.display(),
                START_LIMIT.as_secs(),
                self.last_words()
            );
            sleep(Duration::from_millis(20)).await;
        }
        // Reaped by the runtime when it ends; a supervisor that dies first leaves it to init.
        tokio::spawn(async move { child.wait().await });
        Ok(())
    }

    /// Returns when the gateway that answers now has ended.
    pub(crate) async fn ended(&self) {
        // An idle connection costs nothing and ends with the process. The gateway may also close
        // it because it is idle; only when no new one can be made has the process ended.
        while let Ok(mut connection) = UnixStream::connect(&self.admin).await {
            let mut nothing = [0u8; 1];
            if matches!(connection.read(&mut nothing).await, Ok(0) | Err(_)) {
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    fn spawn(&self, takeover: bool) -> anyhow::Result<tokio::process::Child> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)
            .with_context(|| format!("open `{}`", self.log.display()))?;
        tokio::process::Command::new(&self.program)
            .arg("gateway")
            .arg("--admin")
            .arg(&self.admin)
            .arg("--state")
            .arg(&self.state)
            .args(takeover.then_some("--takeover"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().context("share the gateway's log")?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("start the gateway with `{}`", self.program.display()))
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(3).collect();
        if lines.is_empty() { "none".to_owned() } else { lines.into_iter().rev().collect::<Vec<_>>().join(" / ") }
    }
}
