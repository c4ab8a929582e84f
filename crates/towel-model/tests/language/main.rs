//! Reading whole files: the language's example, defaults, merges, and what is wrong with bad ones.
#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "tests read the corpus and the pages from the folder")]

mod corpus;
mod example;
mod hostile;
mod merging;
mod pages;
mod references;
mod schema;
mod shown;
