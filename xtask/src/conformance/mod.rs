//! Conformance: descriptions pass towel's rules and its published schema, and rendered files pass the tools they are for.

mod descriptions;
mod judged;
mod products;
mod run;
mod schema;
mod tools;

pub(crate) use run::run;
