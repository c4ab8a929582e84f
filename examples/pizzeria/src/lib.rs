//! The sample product: an API with a WebSocket and a page, faults on request, and a load to put on them.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod client;
pub mod load;

pub use client::{AddressError, AskError, Origin};
