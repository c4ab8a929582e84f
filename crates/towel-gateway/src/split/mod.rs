//! Which version and which target a request goes to.

pub(crate) mod cookie;
pub(crate) mod dice;
pub(crate) mod pick;
