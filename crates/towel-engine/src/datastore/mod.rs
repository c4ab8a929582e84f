//! Datastores that the local engine runs from servers installed on this machine.

mod binding;

pub use binding::Binding;
