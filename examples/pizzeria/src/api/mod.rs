//! The API: a menu, orders that can be placed twice without harm, and their progress live.

mod app;
mod kitchen;
mod live;
mod order;
mod redis;
mod resp;
mod service;
mod store;

pub use service::{Api, ApiSettings, api};
