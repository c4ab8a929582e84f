//! The small process beside each service process: sets it up, owns its output and its exit status,
//! and outlives the supervisor.

mod cleanup;
mod enter;
mod keep;
mod launch;
mod line;
mod output;
mod status;

pub use keep::run;
pub(crate) use launch::{Launch, LogPlan, Report, StopPlan};
pub(crate) use line::parse_line;
pub(crate) use output::rotated;
pub(crate) use status::{Ended, Failure, Flush, Stage, Status, replace_file};
