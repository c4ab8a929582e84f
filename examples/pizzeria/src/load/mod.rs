//! A load generator: requests at a constant rate, whatever the server does, and an account of how they fared.

mod latency;
mod ledger;
mod mix;
mod pool;
mod run;
mod socket;

pub use ledger::{Counts, Failure, SocketCounts, Summary};
pub use run::{Load, Running};
