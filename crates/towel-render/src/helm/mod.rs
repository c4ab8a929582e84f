//! The target `helm`: a chart of all environments of clusters, and the values of each of them.

mod about;
mod align;
mod chart;
mod door;
mod draft;
mod front;
mod hole;
mod merge;
mod naming;
mod order;
mod part;
mod release;
mod schema;
mod script;
mod setting;
mod store;
mod target;
mod template;
#[cfg(test)]
mod tests;
mod value;
mod workload;

pub(crate) use target::{render, treat};
