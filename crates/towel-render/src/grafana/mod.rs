//! The target `grafana`.

mod target;

pub(crate) use target::{render, treat};
