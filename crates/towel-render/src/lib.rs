//! From a checked stack to every artefact: one module per target, and what becomes of files that exist already.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod alarm;
mod alertmanager;
mod ansible;
mod blueprint;
mod catalog;
mod compose;
mod docker;
mod docs;
mod env;
mod fact;
mod fidelity;
mod file;
mod github;
mod grafana;
mod helm;
mod history;
mod kubernetes;
mod loki;
mod names;
mod ownership;
mod product;
mod prometheus;
mod quantity;
mod railway;
mod rendering;
mod server;
mod signal;
mod target;
mod terraform;
mod words;
mod yaml;

pub use env::{Gap, GapKind, gaps};
pub use fact::{Fact, Key, facts};
pub use fidelity::{Finding, Treatment};
pub use file::File;
pub use history::Entry;
pub use ownership::{Base, Change, Lock, LockError, Origin, Plan, plan};
pub use product::Product;
pub use rendering::{Rendering, render};
pub use target::Target;
