//! What lies in a repository, as a draft: each guess with the place that it came from.

mod assemble;
mod compose_beside;
mod dependency;
mod dockerfile;
mod env_example;
mod flutter;
mod git;
mod go;
mod health;
mod listening;
mod manifest;
mod node;
mod node_version;
mod other;
mod php;
mod project;
mod python;
mod repository;
mod rust;
mod store;
mod tree;

pub(crate) use repository::stack_of;
pub use repository::{Detected, Sight, Unclear, detect};
