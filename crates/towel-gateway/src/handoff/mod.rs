//! Handing the listening sockets to a successor, so that an upgrade refuses no connection.

pub(crate) mod give;
pub(crate) mod take;
pub(crate) mod wire;

pub(crate) use give::{HandoffRequest, Handover};
