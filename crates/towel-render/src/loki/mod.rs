//! The target `loki`: where logs are kept, and what carries them there.

mod keeping;
mod shipping;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use target::{render, treat};
