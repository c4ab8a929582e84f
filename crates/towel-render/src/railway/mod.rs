//! The target `railway`.

mod target;

pub(crate) use target::{render, treat};
