//! Kamal's `deploy.yml`.

mod accessory;
mod file;
mod proxy;
mod reasons;
mod role;
mod variables;

pub(crate) use file::convert;
pub(crate) use reasons::REASONS;
