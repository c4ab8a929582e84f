//! A shim's status file: what a supervisor that was not there needs to know.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::process::ProcessId;

/// What a shim knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    /// The boot in which these processes live.
    pub(crate) boot: String,
    /// The shim; it leads the session that the service lives in.
    pub(crate) shim: ProcessId,
    /// The service's first process; it leads the process group.
    pub(crate) service: Option<ProcessId>,
    /// When it started.
    pub(crate) started: Option<Timestamp>,
    /// Why it could not be started.
    pub(crate) failure: Option<Failure>,
    /// How it ended.
    pub(crate) ended: Option<Ended>,
}

/// A step of starting that failed, as the operating system put it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The step.
    pub(crate) stage: Stage,
    /// The error's number (`errno`); zero when there is none.
    pub(crate) errno: i32,
    /// What the system says about it.
    pub(crate) message: String,
}

/// A step of starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Understanding the supervisor, opening the log, starting itself again.
    Shim,
    /// Becoming another user.
    User,
    /// Joining the control groups that hold its limits.
    Limits,
    /// Entering its folder.
    Folder,
    /// Becoming the program.
    Program,
}

/// How a service's first process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// Exit code, when it ended by itself.
    pub(crate) code: Option<i32>,
    /// Signal that ended it.
    pub(crate) signal: Option<i32>,
    /// Whether the kernel killed one of its processes at the memory limit.
    pub(crate) out_of_memory: bool,
    /// Whether it had to be killed because it did not end in time.
    pub(crate) overdue: bool,
    /// When.
    pub(crate) at: Timestamp,
}

impl Failure {
    pub(crate) fn new(stage: Stage, error: &io::Error) -> Self {
        Self { stage, errno: error.raw_os_error().unwrap_or(0), message: error.to_string() }
    }
}

impl Status {
    const FILE: &str = "status.json";

    /// The status that was last written in `folder`; none when no shim got that far.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(Self::FILE)).ok()?).ok()
    }

    /// Replaces the file in one step.
    ///
    /// It is not flushed to the disk: after a power cut no process of it lives.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        replace_file(&folder.join(Self::FILE), &serde_json::to_vec(self)?, Flush::No)
    }

    /// Forgets what an earlier process left.
    pub(crate) fn remove(folder: &Path) -> io::Result<()> {
        match fs::remove_file(folder.join(Self::FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether a file must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flush {
    Yes,
    No,
}

/// Writes beside the file and renames, so that a reader sees the old content or the new, never half.
/// Only the owner may read it.
pub(crate) fn replace_file(path: &Path, content: &[u8], flush: Flush) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(content)?;
    if flush == Flush::Yes {
        file.sync_all()?;
    }
    fs::rename(&new, path)?;
    if let (Flush::Yes, Some(folder)) = (flush, path.parent()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
