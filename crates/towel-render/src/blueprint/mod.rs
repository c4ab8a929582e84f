//! The target `render`: a blueprint for the hosting platform of that name.

mod host;
mod plan;
mod service;
mod store;
mod target;
mod treatment;
mod variable;

#[cfg(test)]
mod tests;

pub(crate) use target::render;
pub(crate) use treatment::treat;
