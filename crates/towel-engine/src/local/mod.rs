//! The local engine: services as processes of this machine, each under a shim.

mod adopt;
mod artefact;
mod ask;
mod backoff;
mod command;
mod core;
mod down;
mod elf;
mod engine;
mod environment;
mod health;
mod keeper;
mod launch;
mod lock;
mod logs;
mod memory;
mod plan;
mod ports;
mod program;
mod reconcile;
mod service;
mod settings;
mod shimmed;
mod store;
mod task;
mod usage;
mod words;

pub use engine::{ExecContext, LocalEngine};
pub use logs::{Follower, Logs, ServiceLine};
pub use settings::{Boxed, Drain, LocalSettings, Resolve};
pub use usage::Usage;
