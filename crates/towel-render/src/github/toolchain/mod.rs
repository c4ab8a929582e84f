//! How components of each kind are set up, checked, tested and audited.

mod flutter;
mod go;
mod node;
mod php;
mod python;
mod rust;
mod tools;

pub(super) use flutter::{android, ios};
pub(super) use tools::{Toolchain, Variants, of};
