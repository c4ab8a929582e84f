//! YAML as a tree in which everything remembers its place.

mod builder;
mod expansion;
mod fault;
mod mapping;
mod node;
mod parse;

pub use mapping::{Entry, Mapping};
pub use node::{Comment, Node, Scalar, Style, Value};
pub use parse::parse;
