//! Conformance: every description in this repository passes towel's own rules and its published schema.

mod descriptions;
mod run;
mod schema;

pub(crate) use run::run;
