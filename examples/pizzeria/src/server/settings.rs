//! What both services are told.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::Faults;

/// Where a service listens, what it calls itself and how it misbehaves.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Where it listens; port 0 takes any.
    pub address: SocketAddr,
    /// The version it says it is.
    pub version: String,
    /// How long it still accepts connections after it was told to stop, so that whoever routes to it can notice.
    pub linger: Duration,
    /// How long requests may then take to finish.
    pub finish: Duration,
    /// How it misbehaves.
    pub faults: Faults,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            version: "v1".to_owned(),
            linger: Duration::from_millis(500),
            finish: Duration::from_secs(20),
            faults: Faults::default(),
        }
    }
}
