//! The target `kubernetes`.

mod target;

pub(crate) use target::{render, treat};
