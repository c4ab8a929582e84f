//! The target `docs`: what the product is, what to do when an alert fires, how it is shipped and saved.

mod backups;
mod changelog;
mod command;
mod datastores;
mod deploying;
mod directory;
mod link;
mod markdown;
mod picture;
mod playbook;
mod question;
mod readme;
mod runbook;
mod service;
mod settings;
mod target;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use target::{render, treat};
