//! What both services share: listening, leaving politely, metrics, answers and faults on request.

mod answer;
mod faults;
mod house;
mod listen;
mod log;
mod memory;
mod metrics;
mod settings;

pub(crate) use answer::{Answer, health, html, json, problem, text};
pub use faults::Faults;
pub(crate) use house::{House, Leaving};
pub use listen::ServeError;
pub(crate) use listen::{App, Bound, bind, terminated};
pub(crate) use log::{Level, log};
pub(crate) use memory::{resident, usage};
pub use settings::ServerSettings;
