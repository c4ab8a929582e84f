//! The services as their clients see them, each on a port of its own.
#![allow(clippy::unwrap_used)]

mod counter;
mod faults;
mod leaving;
mod live;
mod load;
mod needs_redis;
mod orders;
mod page;
mod program;
