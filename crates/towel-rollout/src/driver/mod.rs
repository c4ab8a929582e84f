//! The small loop that carries rollouts out: journals, acts, looks, decides again.

mod carry;
mod deploy;
mod handle;
mod judging;
mod look;
mod operate;
mod plan;
mod ports;
mod probes;
mod refused;
mod resume;
mod run;
mod settings;
mod slot;
mod start;
mod status;
mod tell;
#[cfg(test)]
pub(crate) mod trap;

pub use handle::Driver;
pub use judging::Judging;
pub use operate::Aborted;
pub use ports::{NothingDeclared, Notifications, Outbox, Preparations, Silence, outbox};
pub use refused::{DeployRequest, Refused};
pub use settings::Settings;
pub use start::Started;
pub use status::{Cohort, RolloutStatus, ServiceStatus};
