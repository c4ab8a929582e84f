//! The process that runs an environment on this machine: decides, remembers, answers.

mod api;
mod bindings;
mod evidence;
mod front;
mod gateway_process;
mod leftovers;
mod operations;
mod ports;
mod routing;
mod run;
mod secrets;
mod views;
pub(crate) mod wire;

pub(crate) use leftovers::clean_up;
pub(crate) use run::{Ending, Supervisor, Voice, Wish};
pub(crate) use views::freezes;
