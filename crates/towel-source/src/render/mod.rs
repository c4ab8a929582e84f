//! Findings as text for people, as JSON for programs and as SARIF for code hosts.

mod human;
mod json;
mod order;
mod place;
mod sarif;

pub use human::{Colour, human, summary};
pub use json::json;
pub use order::in_order;
pub use sarif::{RuleText, Tool, sarif};

#[cfg(test)]
mod tests;
