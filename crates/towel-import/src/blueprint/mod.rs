//! Render blueprints.

mod database;
mod file;
mod reasons;
mod scaling;
mod service;
mod variables;

pub(crate) use file::convert;
pub(crate) use reasons::REASONS;
