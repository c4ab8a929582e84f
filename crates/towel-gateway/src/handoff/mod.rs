//! Handing the listening sockets to a successor, so that an upgrade refuses no connection.

pub(crate) mod give;
pub(crate) mod predecessor;
pub(crate) mod take;
pub(crate) mod wire;

pub(crate) use give::{HandedOver, HandoffRequest, Handover};
pub(crate) use predecessor::Predecessor;
