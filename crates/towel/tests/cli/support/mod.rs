//! A product that is run by the binary, its users, and what is left of it in the process table.

mod processes;
mod shop;
mod users;
mod view;

pub(crate) use processes::{is_alive, kill_at_once, left_in};
pub(crate) use shop::{API, Shop, TOWEL, serving};
pub(crate) use users::Users;
pub(crate) use view::{Ended, Running};
