//! Datastores that the local engine runs from servers installed on this machine.

mod binding;
mod facts;
mod find;
mod house;
mod mysql;
mod postgres;
mod program;
mod rabbitmq;
mod redis;
mod start;
mod view;

pub use binding::Binding;
pub(crate) use facts::Facts;
pub(crate) use program::DatastoreProgram;
pub use view::DatastoreView;
