//! One module per command, and the way from the command line to each.

pub(crate) mod check;
mod completions;
pub(crate) mod deploy;
pub(crate) mod down;
mod exec;
mod explain;
mod gateway;
mod init;
mod logs;
mod render;
mod route;
mod schema;
mod start;
pub(crate) mod status;
pub(crate) mod up;
mod watching;

pub(crate) use route::{asker, run};
