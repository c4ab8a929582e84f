//! The target `compose`.

mod target;

pub(crate) use target::{render, treat};
