//! Rollouts: machine, judge, freezes, journal and the driver that carries steps out.

mod traffic;

pub use traffic::{Evidence, Sample, Share, Traffic, TrafficError};
