//! Random products: texts of `towel.yaml` that mostly pass `towel check`, for tests of everything behind it.

mod datastore;
mod environment;
mod product;
mod service;

pub use product::{product, product_of};
