//! The target `terraform`.

mod target;

pub(crate) use target::{render, treat};
