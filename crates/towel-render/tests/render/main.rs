//! The renderer from outside: what holds for every target.
#![allow(clippy::unwrap_used)]

mod faults;
mod fidelity;
mod random;
mod sameness;
mod sample;
