//! One request's way to a target and back, whatever protocol its client speaks.

pub(crate) mod account;
pub(crate) mod attempt;
pub(crate) mod client;
pub(crate) mod deadline;
pub(crate) mod fetch;
pub(crate) mod forward;
pub(crate) mod hold;
pub(crate) mod link;
pub(crate) mod order;
pub(crate) mod survey;
pub(crate) mod watch;
