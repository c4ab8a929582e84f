//! A table made ready for use: routes sorted, targets and counters looked up.

pub(crate) mod backend;
pub(crate) mod check;
pub(crate) mod in_force;
pub(crate) mod registry;
pub(crate) mod route;

pub(crate) use in_force::Plan;
