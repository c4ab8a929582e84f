//! The target `github`.

mod target;

pub(crate) use target::{render, treat};
