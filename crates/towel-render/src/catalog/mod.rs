//! The target `catalog`: Backstage entities, and a Score file for each service.

mod backstage;
mod outputs;
mod score;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use target::{render, treat};
