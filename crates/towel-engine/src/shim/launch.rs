//! What a supervisor tells a shim on its standard input, and what the shim answers.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Failure;
use crate::process::ProcessId;

/// Everything a process is started from. It holds secrets: it goes through a pipe, never to disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Launch {
    /// The supervisor; the shim starts nothing when another process has become its parent.
    pub(crate) parent: u32,
    /// The shim's own command line up to `shim`, to call itself with.
    pub(crate) shim: Vec<String>,
    /// The program's file.
    pub(crate) program: PathBuf,
    /// How it was called in `run:`; becomes its `argv[0]`.
    pub(crate) called: String,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Where it runs.
    pub(crate) folder: PathBuf,
    /// Its whole environment.
    pub(crate) environment: Vec<(String, String)>,
    /// The user it runs as, when another than the supervisor's.
    pub(crate) user: Option<String>,
    /// Control groups that it joins, and that are removed after it.
    pub(crate) cgroups: Vec<PathBuf>,
    /// Where its output goes.
    pub(crate) log: LogPlan,
    /// How it is ended.
    pub(crate) stop: StopPlan,
}

/// Where output goes, and how much of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogPlan {
    /// The newest file; older ones are called `.1`, `.2`, ….
    pub(crate) file: PathBuf,
    /// A file is closed at this size.
    pub(crate) bytes: u64,
    /// So many files in all.
    pub(crate) files: u32,
}

/// How a process is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StopPlan {
    /// Number of the signal.
    pub(crate) signal: i32,
    /// Whether its whole process group gets it; else only the process itself.
    pub(crate) whole_group: bool,
    /// Then everything is killed after so many milliseconds.
    pub(crate) within_ms: u64,
}

/// The shim's one line on its standard output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Report {
    /// The program runs.
    Started {
        /// The shim.
        shim: ProcessId,
        /// The program.
        service: ProcessId,
    },
    /// It could not be started; the shim ends now.
    Failed(Failure),
}
