//! The target `catalog`.

mod target;

pub(crate) use target::{render, treat};
