//! The target `blueprint`.

mod target;

pub(crate) use target::{render, treat};
