//! The target `ansible`.

mod target;

pub(crate) use target::{render, treat};
