//! Where a gateway process keeps its things, and the limits it works under.

use std::path::PathBuf;
use std::time::Duration;

/// How to run one gateway process.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The Unix socket of the admin API; made with mode 0600.
    pub admin: PathBuf,
    /// The file with the last table and the key of the cookies, so that a restart serves at once.
    pub state: PathBuf,
    /// Take the listening sockets over from the gateway that answers on `admin`.
    pub takeover: bool,
}

/// A request head larger than this is refused with 431.
pub(crate) const HEAD_LIMIT: usize = 32 * 1024;
/// A message with more header fields than this is refused.
pub(crate) const FIELD_LIMIT: usize = 100;
/// How long a client may take from the first byte of a head to its last.
pub(crate) const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// How long a connection may lie idle between requests.
pub(crate) const IDLE_LIMIT: Duration = Duration::from_secs(75);
/// How long an idle connection is kept when the gateway or its listener ends.
pub(crate) const ENDING_IDLE: Duration = Duration::from_secs(3);
/// How long a client may neither send what it announced nor read what it asked for.
pub(crate) const STALL_LIMIT: Duration = Duration::from_secs(60);
/// How long a TLS handshake may take.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long connecting to a target may take, if its backend's timeout is not shorter.
pub(crate) const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Request bodies up to this size are kept so that a failed request may be sent again.
pub(crate) const REPLAY_LIMIT: usize = 64 * 1024;
/// How many requests may wait for a target at the same time.
pub(crate) const HELD_LIMIT: usize = 4096;
/// How many idle connections each worker keeps to each target.
pub(crate) const POOL_LIMIT: usize = 256;
/// How long an idle connection to a target is kept.
pub(crate) const POOL_IDLE: Duration = Duration::from_secs(55);
/// How fresh a kept connection must be for a request that must not be sent twice.
pub(crate) const POOL_FRESH: Duration = Duration::from_secs(1);
/// How long requests may still run after the gateway was told to end.
pub(crate) const DRAIN_LIMIT: Duration = Duration::from_secs(30);
/// At its end, over how much of that time tunnels are closed.
pub(crate) const TUNNELS_END_WITHIN: Duration = Duration::from_secs(3);
/// How many epochs of a backend are remembered.
pub(crate) const EPOCHS: usize = 16;
