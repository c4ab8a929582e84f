//! The target `prometheus`.

mod exporter;
mod place;
mod target;

pub(crate) use exporter::{Exporter, Start, is_managed};
pub(crate) use place::{ALERTMANAGER, ALERTMANAGER_SECRETS, BLACKBOX, NODE, SLACK_SECRET, TOWEL, folder};
pub(crate) use target::{render, treat};
