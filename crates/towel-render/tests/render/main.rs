//! The renderer from outside: what holds for every target.
#![allow(clippy::unwrap_used)]

mod fidelity;
mod random;
mod sameness;
mod sample;
