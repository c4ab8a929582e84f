//! The rules, tried on the YAML of their own pages.
#![allow(clippy::unwrap_used)]

mod document;
mod page;
mod pages;
mod product;
mod registry;
