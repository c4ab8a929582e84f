//! Engines that run a checked stack: local processes, and a fake for tests.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod datastore;
mod engine;
pub mod fake;
mod limits;
pub mod local;
mod process;
pub mod shim;

pub use engine::{Engine, EngineError, Exit, Instance, InstanceState, Phase, ReleaseId, TaskReport, Workload};
