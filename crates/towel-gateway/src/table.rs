//! What the gateway is told: listeners, routes and weighted backends, as one JSON document.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// Everything the gateway serves. Replaced as a whole; a request follows the table it began with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Counted by whoever sends tables; an older one than the one in force is refused.
    pub generation: u64,
    /// Where it listens. A listener that vanishes drains; a new one is bound before the table holds.
    pub listeners: Vec<Listener>,
    /// By name.
    pub backends: BTreeMap<String, Backend>,
}

/// A listening socket and what it leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Where.
    pub address: SocketAddr,
    /// Serve TLS (ALPN h2 and http/1.1) with these PEM files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsFiles>,
    /// Most specific wins: exact host before any host, then the longest path prefix.
    pub routes: Vec<Route>,
}

/// PEM files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// Certificate chain, leaf first.
    pub certificate: String,
    /// Private key.
    pub key: String,
}

/// Host and path that lead to a backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Host without port, lower case; any host when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Path prefix on segment borders; `/` is everything.
    pub path: String,
    /// Name in [`Table::backends`].
    pub backend: String,
}

/// A group of versions between which requests are split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// Names this split in the counters.
    pub epoch: u64,
    /// The versions; weights need not add up to anything. The first is the one that a failed
    /// idempotent request of another version is retried on (the stable one).
    pub versions: Vec<Version>,
    /// Clients stay with their cohort and target by a cookie.
    #[serde(default)]
    pub sticky: bool,
    /// Most requests of one client address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// How long a request waits for a target when there is none; then 503.
    #[serde(default)]
    pub hold_ms: u64,
    /// How long a target may take to begin its answer; then 504.
    pub timeout_ms: u64,
}

/// So many requests in a time, per client address; a whole period's worth may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// How many.
    pub requests: u32,
    /// In how long.
    pub per_ms: u64,
}

/// One version of a backend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Label on metrics; opaque to the gateway. Unique within its backend.
    pub label: String,
    /// Share relative to the other versions'; 0 gets forced requests only.
    pub weight: u32,
    /// Where its instances answer.
    pub targets: Vec<Target>,
}

/// One instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its id; opaque, unique in the table.
    pub id: String,
    /// Where it answers.
    pub address: SocketAddr,
}
