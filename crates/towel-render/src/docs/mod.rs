//! The target `docs`.

mod target;

pub(crate) use target::{render, treat};
