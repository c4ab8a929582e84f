//! The data plane: listen, route, split by weight, stick, retry, drain, measure.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod admin;
mod admit;
mod connection;
mod control;
mod error;
mod evidence;
mod exchange;
mod h1;
mod h2;
mod handoff;
mod in_process;
mod limit;
mod listen;
mod metrics;
mod plan;
mod pool;
mod refusal;
mod serve;
mod settings;
mod shared;
mod split;
mod state;
pub mod table;
mod target;
mod tls;
mod tunnel;
mod worker;

pub use admin::api::Drained;
pub use admin::client::{Admin, AdminError};
pub use admin::probe::Probed;
pub use control::{Bound, InForce};
pub use error::{GatewayError, Refused};
pub use evidence::report::{BackendStats, EpochStats, Stats, VersionStats};
#[doc(hidden)]
pub use in_process::InProcess;
pub use serve::serve;
pub use settings::Settings;
