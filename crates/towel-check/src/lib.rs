//! Rules over a `Stack`, and the only maker of `CheckedStack`.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod burn;
mod checked;
mod command;
mod connections;
mod examine;
mod explain;
mod hosts;
mod image;
mod instances;
mod latency;
mod phrase;
mod registry;
mod rule;
mod rules;
mod uses;
mod verdict;

pub use checked::{CheckedStack, admit};
pub use examine::{check, check_all, check_each};
pub use explain::{Explanation, explain, explanations, nearest_code};
pub use registry::RULES;
pub use rule::{Examine, Rule};
