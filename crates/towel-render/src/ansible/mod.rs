//! The target `ansible`.

mod files;
mod host;
mod playbook;
mod target;
mod treatment;

pub(crate) use target::render;
pub(crate) use treatment::treat;
