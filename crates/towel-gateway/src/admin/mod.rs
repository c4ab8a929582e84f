//! The admin API on a Unix socket, and its client.

pub(crate) mod api;
pub(crate) mod client;
pub(crate) mod probe;
pub(crate) mod socket;
