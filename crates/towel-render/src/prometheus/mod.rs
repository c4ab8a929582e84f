//! The target `prometheus`.

mod target;

pub(crate) use target::{render, treat};
