//! The target `grafana`: dashboards as JSON, and what Grafana reads to find them and its data.

mod api;
mod business;
mod dashboard;
mod datastores;
mod family;
mod grid;
mod infrastructure;
mod json;
mod overview;
mod panel;
mod promise;
mod provisioning;
mod scraped;
mod service;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use target::{render, treat};
