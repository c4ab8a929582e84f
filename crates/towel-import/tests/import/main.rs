//! Imports as users make them: files in, a sound `towel.yaml` and a full account out.
#![allow(clippy::unwrap_used)]

mod compose;
mod compose_awkward;
mod compose_keys;
mod damaged;
mod detect;
mod kamal;
mod render;
mod score;
mod support;
