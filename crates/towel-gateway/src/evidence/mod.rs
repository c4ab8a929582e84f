//! What is counted for whoever judges a split.

pub(crate) mod epochs;
pub(crate) mod histogram;
pub(crate) mod report;
pub(crate) mod tally;
