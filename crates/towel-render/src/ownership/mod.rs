//! Who owns a generated file: what was rendered, what a person made of it, and what a new rendering does with both.

mod base;
mod lock;
mod plan;

pub use base::Base;
pub(crate) use base::product;
pub use lock::{Lock, LockError, Origin};
pub use plan::{Change, Plan, plan};
