//! The target `alertmanager`.

mod config;
mod hidden;
mod receiver;
mod route;
mod target;
#[cfg(test)]
mod tests;
mod treatment;

pub(crate) use target::{render, treat};
