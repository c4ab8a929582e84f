//! The local engine with real processes.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod crashes;
mod datastores;
mod ends;
mod health;
mod lifecycle;
mod limits;
mod output;
mod starts;
mod supervisor;
mod tasks;
mod world;
