//! What the tests share: a gateway process, applications behind it, clients in front of it.

pub(crate) mod app;
pub(crate) mod gateway;
pub(crate) mod http;
pub(crate) mod tables;
pub(crate) mod wait;

pub(crate) use app::App;
pub(crate) use gateway::Gateway;
pub(crate) use http::{Answer, Connection, ask, get};
pub(crate) use tables::one;
pub(crate) use wait::until;
