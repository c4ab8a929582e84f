//! Counters for Prometheus.

pub(crate) mod backend;
pub(crate) mod process;
pub(crate) mod text;
