//! Freezes: whether deploys are refused now, and when that changes.

mod calendar;
#[cfg(test)]
mod tests;
mod window;

pub use calendar::{Change, Hit, is_frozen, next_change};
