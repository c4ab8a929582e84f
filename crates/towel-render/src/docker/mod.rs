//! The target `docker`, and what pipelines have to know of it.

mod base;
mod build;
mod check;
mod command;
mod datastores;
mod ending;
mod go;
mod ignore;
mod kind;
mod next;
mod nginx;
mod node;
mod php;
mod public;
mod python;
mod rust;
mod site;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use base::{GO_VERSION, NGINX, NODE_VERSION, PHP_VERSION, PYTHON_VERSION, RUST_VERSION, UV_VERSION};
pub(crate) use build::{Build, builds, folder, source, within};
pub(crate) use check::question;
pub(crate) use kind::Kind;
pub(crate) use target::{render, treat};
#[cfg(test)]
pub(crate) use tests::PRODUCT;
