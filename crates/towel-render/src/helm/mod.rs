//! The target `helm`: a chart of all environments of clusters, and the values of each of them.

mod about;
mod align;
mod chart;
mod draft;
mod front;
mod hole;
mod merge;
mod naming;
mod part;
mod schema;
mod setting;
mod target;
mod template;
#[cfg(test)]
mod tests;
mod value;
mod workload;

pub(crate) use target::{render, treat};
