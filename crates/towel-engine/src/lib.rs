//! Engines that run a checked stack: local processes, and a fake for tests.

mod engine;
pub mod fake;

pub use engine::{
    Engine, EngineError, Exit, Instance, InstanceState, Phase, ReleaseId, TaskReport, Workload,
};
