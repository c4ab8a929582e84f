//! The sample product: an API with a WebSocket and a page, faults on request, and a load to put on them.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod api;
mod cli;
mod client;
pub mod load;
mod server;
mod web;

pub use api::{Api, ApiSettings, api};
pub use cli::main_from;
pub use client::{AddressError, AskError, Origin};
pub use server::{Faults, ServeError, ServerSettings};
pub use web::{Web, WebSettings, web};
