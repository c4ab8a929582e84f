//! The target `github`.

mod action;
mod component;
mod dependabot;
mod deploy;
mod pipeline;
mod publish;
mod registry;
mod release;
mod ruleset;
mod security;
mod step;
mod surroundings;
mod target;
#[cfg(test)]
mod tests;
mod toolchain;
mod towel;
mod treatment;

pub(crate) use target::{render, treat};
