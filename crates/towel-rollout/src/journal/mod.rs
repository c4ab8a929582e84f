//! The journal: releases, rollouts, what was done and why, in one SQLite file.

mod error;
mod events;
mod lock;
mod releases;
mod rollouts;
mod schema;
mod services;
mod store;
#[cfg(test)]
mod tests;

pub use error::JournalError;
pub use events::{Audit, Event, EventKind};
pub use lock::Owner;
pub use releases::{Release, ReleaseState};
pub use rollouts::{Entry, Moment, Request, RolloutId, RolloutRecord};
pub use store::Journal;
