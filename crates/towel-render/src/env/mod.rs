//! The target `env`.

mod target;

pub(crate) use target::{render, treat};
