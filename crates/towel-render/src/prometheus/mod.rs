//! The target `prometheus`.

mod blackbox;
mod config;
mod containers;
mod discovery;
mod exporter;
mod place;
mod rules;
mod target;
#[cfg(test)]
mod tests;
mod treatment;
mod unit;

pub(crate) use exporter::{Exporter, is_managed};
pub(crate) use place::{ALERTMANAGER_SECRETS, SLACK_SECRET, folder, job};
pub(crate) use target::{render, treat};
