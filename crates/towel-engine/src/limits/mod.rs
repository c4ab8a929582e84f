//! Memory and CPU limits by control groups, where this machine lets us have them.

mod detect;
mod group;

pub(crate) use detect::Hierarchy;
pub(crate) use group::{leave, out_of_memory};
