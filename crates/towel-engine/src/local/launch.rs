//! Builds what a shim is told, and puts in words why it could not do it.

use std::path::PathBuf;

use super::artefact;
use super::core::Core;
use super::program::Prepared;
use crate::shim::{Failure, Launch, LogPlan, Stage};

/// A log file is closed at this size.
const LOG_BYTES: u64 = 10 * 1024 * 1024;
/// So many of them are kept of each instance.
const LOG_FILES: u32 = 3;

impl Core {
    /// Everything that the shim of a process needs.
    pub(crate) fn launch(&self, prepared: Prepared, cgroups: Vec<PathBuf>, log: PathBuf) -> Launch {
        Launch {
            parent: std::process::id(),
            shim: self.settings.shim.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
            program: prepared.program,
            called: prepared.called,
            arguments: prepared.arguments,
            folder: prepared.folder,
            environment: prepared.environment,
            user: prepared.user,
            cgroups,
            log: LogPlan { file: log, bytes: LOG_BYTES, files: LOG_FILES },
            stop: prepared.stop,
        }
    }
}

/// Why a process was not started.
pub(crate) fn explain(launch: &Launch, failure: &Failure) -> String {
    let Failure { stage, errno, message } = failure;
    match stage {
        Stage::Program => artefact::explain(&launch.program, *errno, message),
        Stage::Folder => format!("its folder `{}` cannot be entered: {message}", launch.folder.display()),
        Stage::User => format!("it cannot become user `{}`: {message}", launch.user.as_deref().unwrap_or("?")),
        Stage::Limits => format!("its limits cannot be set: {message}"),
        Stage::Shim => format!("its shim could not start it: {message}"),
    }
}
