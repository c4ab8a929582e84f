//! What a connection becomes after an upgrade.

pub(crate) mod frames;
pub(crate) mod pump;

pub(crate) use pump::Tunnel;
