//! A draft as the text of `towel.yaml`, with a comment beside each value that was guessed.

mod lines;
mod product;
mod scalar;
mod service;

pub use product::write;
