//! The target `env`, and what a given `.env` file lacks.

mod assignment;
mod demand;
mod example;
mod form;
mod gap;
mod target;
mod treatment;

#[cfg(test)]
mod tests;

pub(crate) use demand::wanted;
pub use gap::{Gap, GapKind, gaps};
pub(crate) use target::render;
pub(crate) use treatment::treat;
