//! A first `towel.yaml`: from what lies in a repository, or from another tool's file.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod account;
mod blueprint;
mod compose;
mod detect;
mod draft;
mod files;
mod format;
mod import;
mod kamal;
mod read;
mod score;
mod write;

pub use account::{Account, Fate, Item};
pub use detect::{Detected, Sight, Unclear, detect};
pub use draft::{
    Client, Datastore, DatastoreKind, Draft, Expose, Noted, Probe, Question, ScaleOn, Secret, Service, Variable,
};
pub use files::{Files, Folder};
pub use format::Format;
pub use import::{Imported, Input, Unreadable, import};
pub use write::write;
