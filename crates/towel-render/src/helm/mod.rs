//! The target `helm`.

mod target;

pub(crate) use target::{render, treat};
