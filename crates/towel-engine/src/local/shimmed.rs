//! A service process under its shim, as the supervisor holds it: started by us, or found again.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::process::{ProcessId, boot_id, end_session};
use crate::shim::{Ended, Failure, Launch, Report, Stage, Status};

/// How long a shim may take until the program runs; starting takes milliseconds, a sick disk takes longer.
const START: Duration = Duration::from_secs(30);

/// A shim that runs, or did until [`Shimmed::ended`] returned.
pub(crate) struct Shimmed {
    folder: PathBuf,
    shim: ProcessId,
    /// The service's first process.
    pub(crate) service: ProcessId,
    /// When it started.
    pub(crate) started: Timestamp,
    held: Receiver,
    /// There when this supervisor started it, and then it must be waited for.
    child: Option<Child>,
    cgroups: Vec<PathBuf>,
}

impl Shimmed {
    /// Starts a shim with its status in `folder`, and returns once the service's program runs.
    pub(crate) async fn start(folder: &Path, launch: &Launch) -> Result<Self, Failure> {
        let outside = |error: io::Error| Failure::new(Stage::Shim, &error);
        Status::remove(folder).map_err(outside)?;
        let mut starting = Starting(Some(spawn(folder, launch).map_err(outside)?));
        let answer = timeout(START, starting.converse(launch)).await;
        let answer = answer.unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut)));
        let Some(mut child) = starting.0.take() else { return Err(outside(io::Error::other("no shim"))) };
        match answer {
            Ok(Some(Report::Started { shim, service })) => {
                let held = hold(shim).map_err(outside)?;
                let cgroups = launch.cgroups.clone();
                let folder = folder.to_path_buf();
                Ok(Self { folder, shim, service, started: Timestamp::now(), held, child: Some(child), cgroups })
            }
            Ok(Some(Report::Failed(failure))) => {
                child.wait().await.map_err(outside)?;
                Err(failure)
            }
            Ok(None) => {
                child.wait().await.map_err(outside)?;
                Err(outside(io::Error::other(last_words(folder))))
            }
            Err(error) => {
                child.kill().await.map_err(outside)?;
                Err(outside(error))
            }
        }
    }

    /// Looks for the shim whose status lies in `folder`.
    pub(crate) fn find(folder: &Path, cgroups: &[PathBuf]) -> Found {
        let Some(status) = Status::read(folder) else { return Found::Nothing };
        if status.boot != boot_id() || status.ended.is_some() || status.failure.is_some() {
            return Found::Nothing;
        }
        let Ok(held) = hold(status.shim) else { return Found::Nothing };
        let (Some(service), Some(started)) = (status.service, status.started) else {
            return if status.shim.is_alive() { Found::Starting } else { Found::Nothing };
        };
        let (folder, cgroups) = (folder.to_path_buf(), cgroups.to_vec());
        Found::Running(Box::new(Self { folder, shim: status.shim, service, started, held, child: None, cgroups }))
    }

    /// Asks the shim to end the service in its own way and time.
    pub(crate) fn stop(&self) {
        let _ended = pidfd_send_signal(&self.held, Signal::TERM);
    }

    /// Ends the shim at once, and with it everything under it.
    pub(crate) fn kill(&self) {
        let _ended = pidfd_send_signal(&self.held, Signal::KILL);
    }

    /// Returns when shim and service have ended. Nothing is lost when it is not waited for to the end.
    pub(crate) async fn ended(&mut self) {
        // A process descriptor becomes readable when the process ends, whoever its parent is.
        let gone = self.held.readable().await;
        drop(gone);
        if let Some(child) = &mut self.child {
            let _exit = child.wait().await;
        }
    }

    /// How it ended; to be asked after [`Shimmed::ended`]. Also removes what a killed shim left behind.
    pub(crate) fn outcome(&mut self) -> Outcome {
        let exit = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
        outcome(&self.folder, self.shim, exit.and_then(|status| status.code()), &self.cgroups)
    }
}

/// What was found of a shim that an earlier supervisor started.
pub(crate) enum Found {
    /// It runs, and so does its service.
    Running(Box<Shimmed>),
    /// It is starting its service this very moment.
    Starting,
    /// It is gone, or never was.
    Nothing,
}

/// How a process under a shim ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As the shim says.
    Told(Ended),
    /// The shim itself was killed, and the service with it.
    ShimKilled,
}

impl Outcome {
    /// Of a shim that nobody waited for, which is not there any more.
    pub(crate) fn left_in(folder: &Path, cgroups: &[PathBuf]) -> Option<Self> {
        let status = Status::read(folder)?;
        let same_boot = status.boot == boot_id();
        let shim = if same_boot { status.shim } else { ProcessId { pid: 0, start: 0 } };
        Some(outcome(folder, shim, None, cgroups))
    }
}

fn outcome(folder: &Path, shim: ProcessId, exit: Option<i32>, cgroups: &[PathBuf]) -> Outcome {
    if let Some(ended) = Status::read(folder).and_then(|status| status.ended) {
        return Outcome::Told(ended);
    }
    // The shim could not write its status (a full disk), and repeated the service's exit code with its own.
    if let Some(code) = exit {
        let (code, signal) = if code > 128 { (None, Some(code - 128)) } else { (Some(code), None) };
        return Outcome::Told(Ended { code, signal, out_of_memory: false, overdue: false, at: Timestamp::now() });
    }
    if shim.pid != 0 {
        end_session(shim);
    }
    crate::limits::leave(cgroups);
    Outcome::ShimKilled
}

fn spawn(folder: &Path, launch: &Launch) -> io::Result<Child> {
    let [program, arguments @ ..] = launch.shim.as_slice() else {
        return Err(io::Error::other("the engine was not told the shim's command"));
    };
    let words = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(folder.join(WORDS))?;
    Command::new(program)
        .args(arguments)
        .arg(folder)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(words)
        .spawn()
}

/// Where a shim that breaks down leaves its panic.
const WORDS: &str = "shim.err";

fn last_words(folder: &Path) -> String {
    let words = fs::read_to_string(folder.join(WORDS)).unwrap_or_default();
    format!("the shim broke down, which is a bug in towel: {}", words.trim())
}

/// A shim that has not said yet whether the service runs. When nobody waits for that any more, it is killed,
/// since nobody would know of it.
struct Starting(Option<Child>);

impl Starting {
    /// Tells the shim what to start and hears whether it runs.
    async fn converse(&mut self, launch: &Launch) -> io::Result<Option<Report>> {
        let pipes = self.0.as_mut().and_then(|child| child.stdin.take().zip(child.stdout.take()));
        let (mut input, output) = pipes.ok_or_else(|| io::Error::other("the shim has no pipes"))?;
        let told = input.write_all(&serde_json::to_vec(launch)?).await;
        drop(input);
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).await?;
        if line.is_empty() {
            // Only a shim that said nothing makes a broken pipe worth telling.
            return told.map(|()| None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ended = child.start_kill();
        }
    }
}

/// A descriptor of that very process; an error when it is gone.
///
/// It is no pipe, but a pipe's receiver waits for it to become readable, which is all that is asked of it.
fn hold(process: ProcessId) -> io::Result<Receiver> {
    let gone = || io::Error::from(io::ErrorKind::NotFound);
    let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw).ok_or_else(gone)?;
    let held = pidfd_open(pid, PidfdFlags::empty())?;
    // Looked at after the descriptor holds it, so that it cannot become another one in between.
    let same = ProcessId::of(process.pid) == Some(process);
    if same { Receiver::from_owned_fd_unchecked(held) } else { Err(gone()) }
}
