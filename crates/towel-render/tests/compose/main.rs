//! Rendered Compose files, started for real by Docker and its Compose.
#![allow(clippy::unwrap_used)]
#![allow(
    clippy::disallowed_methods,
    reason = "real containers start in real time, and tools are found like the machine finds them"
)]

mod docker;
mod engine;
mod front_door;
mod http;
mod product;
mod start;
