//! Score files: one workload each, and the resources that it asks for.

mod container;
mod file;
mod placeholder;
mod reasons;
mod resource;

pub(crate) use file::convert;
pub(crate) use reasons::REASONS;
