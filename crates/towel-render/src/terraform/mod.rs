//! The target `terraform`: what a cluster needs before its first deploy, and what a provider runs.

mod aws;
mod cluster;
mod hcl;
mod target;

pub(crate) use target::{render, treat};
