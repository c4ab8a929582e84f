//! What `/proc` says about processes: which one a pid means, what belongs together, what it uses.

mod identity;
mod stat;
mod sweep;

pub(crate) use identity::{ProcessId, boot_id};
pub(crate) use stat::{Stat, all_processes};
pub(crate) use sweep::{descendants, end_session};
