//! The target `loki`.

mod target;

pub(crate) use target::{render, treat};
