//! The target `compose`.

mod admin;
mod artefact;
mod environment;
mod health;
mod hook;
mod image;
mod mongodb;
mod needs;
mod nginx;
mod project;
mod proxy;
mod setting;
mod store;
mod target;
mod treatment;
mod workload;

#[cfg(test)]
mod tests;

pub(crate) use admin::{PASSWORD as ADMIN_PASSWORD, has_password_pages};
pub(crate) use artefact::{Folders, is_built, is_built_here, runs};
pub(crate) use environment::templates;
pub(crate) use proxy::{front_door, has_front_door, tls};
pub(crate) use setting::{Setting, settings};
pub(crate) use target::render;
pub(crate) use treatment::treat;
