//! Docker Compose files.

mod build;
mod dependencies;
mod file;
mod health;
mod image;
mod inherit;
mod port;
mod reasons;
mod resources;
mod route;
mod service;
mod store;
mod variables;

pub(crate) use file::convert;
pub(crate) use reasons::REASONS;
pub(crate) use route::{shared_domain, under};
