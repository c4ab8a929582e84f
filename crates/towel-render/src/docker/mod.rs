//! The target `docker`.

mod target;

pub(crate) use target::{render, treat};
