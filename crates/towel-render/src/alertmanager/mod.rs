//! The target `alertmanager`.

mod target;

pub(crate) use target::{render, treat};
