//! The target `kubernetes`: the objects of each environment, and the Kustomize base and overlays that build them.

mod kustomize;
pub(crate) mod object;
pub(crate) mod objects;
mod order;
mod target;
#[cfg(test)]
mod tests;
mod treatment;

pub(crate) use target::render;
pub(crate) use treatment::treat;
