//! The page: what people see of the pizzeria.

mod app;
mod page;
mod service;

pub use service::{Web, WebSettings, web};
