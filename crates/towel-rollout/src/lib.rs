//! Rollouts: machine, judge, freezes, journal and the driver that carries steps out.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod driver;
pub mod fake;
pub mod freeze;
pub mod journal;
pub mod judge;
pub mod machine;
#[cfg(test)]
mod scenarios;
mod traffic;

pub use driver::Driver;
pub use journal::Journal;
pub use traffic::{Evidence, Sample, Share, Traffic, TrafficError};
