//! The rules, tried on the YAML of their own pages.
#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "the tests look at the folder of rules and at docs/rules.md")]

mod admission;
mod boundaries;
mod document;
mod edges;
mod messages;
mod page;
mod pages;
mod product;
mod products;
mod registry;
