//! What no compiler checks: directions, sizes, heads, documents, dependencies, names, words.

mod code;
mod dependencies;
mod directions;
mod documents;
mod findings;
mod functions;
mod heads;
mod marks;
mod names;
mod purity;
mod run;
mod sizes;
mod words;

pub(crate) use run::run;
