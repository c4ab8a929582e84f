//! HTTP/1.1 towards clients and targets: heads by `httparse`, everything around them strict.

pub(crate) mod body;
pub(crate) mod chunked;
pub(crate) mod client;
pub(crate) mod fields;
pub(crate) mod front;
pub(crate) mod relay;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod scan;
pub(crate) mod serve;
