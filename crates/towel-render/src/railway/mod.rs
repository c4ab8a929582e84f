//! The target `railway`.

mod config;
mod target;
mod treatment;

pub(crate) use target::render;
pub(crate) use treatment::treat;
