//! A scripted engine for tests: instances behave as told, in tokio's (pausable) time.

mod calls;
mod engine;
mod life;
mod script;
mod world;

pub use calls::{Call, Failure};
pub use engine::FakeEngine;
pub use script::Behaviour;
