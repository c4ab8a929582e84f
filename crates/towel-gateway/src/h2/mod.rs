//! HTTP/2 towards clients, by hyper.

pub(crate) mod body;
pub(crate) mod client;
pub(crate) mod front;
pub(crate) mod rewind;
