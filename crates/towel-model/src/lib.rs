//! The language of towel.yaml: from text to one `Stack` per environment.

mod quantity;
mod stack;
mod template;

pub use quantity::{Cpu, Percent, Range, Rate, Size};
pub use stack::*;
pub use template::{DatastoreField, EnvironmentField, Part, Reference, ServiceField, Template};
