//! `towel init`: a first `towel.yaml`, from what lies here or from another tool's file.

mod run;
mod said;
mod shape;
mod tree;
mod verdict;

pub(crate) use run::{Wish, init};
