//! YAML that a person would have written: a tree with comments, its writer, and typed values as trees.

mod quote;
mod serialise;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub(crate) use serialise::of;
pub(crate) use tree::{Map, Yaml};
