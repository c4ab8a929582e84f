//! PostgreSQL as a datastore.

mod client;
mod scram;
mod server;

pub(crate) use server::{binding, prepare, question};
