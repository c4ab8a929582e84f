//! A request made ready to be sent to any target of its backend.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::time::Instant;

use crate::plan::backend::Backend;

/// Everything about a request that does not depend on the target.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) backend: Arc<Backend>,
    /// Number of the plan that the backend is from.
    pub(crate) plan: u64,
    /// Its head as it goes to the target.
    pub(crate) forward: BytesMut,
    pub(crate) traits: Traits,
    /// When it came.
    pub(crate) began: Instant,
    /// The client's id, for sticky backends.
    pub(crate) client: Option<u64>,
    /// The cookie to give the client, if it has none that is valid.
    pub(crate) set_cookie: Option<String>,
}

/// What kind of request it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    /// May be sent twice.
    pub(crate) idempotent: bool,
    /// `HEAD`: its answer has no body.
    pub(crate) head: bool,
    /// Asks to go on with another protocol.
    pub(crate) upgrade: bool,
    /// That protocol is WebSocket.
    pub(crate) websocket: bool,
    /// Asks for an event stream.
    pub(crate) event_stream: bool,
}

impl Order {
    /// Its answer is evidence: it was routed by weight, and is no tunnel or event stream.
    pub(crate) fn is_evidence(&self) -> bool {
        self.backend.split_as_told && !self.traits.upgrade && !self.traits.event_stream
    }
}

/// The part of a body that was sent, kept so that it may be sent again.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) kept: BytesMut,
    /// Everything that was taken from the client is in `kept`.
    pub(crate) whole: bool,
    keep: bool,
}

impl Replay {
    pub(crate) fn new(keep: bool) -> Self {
        Self { kept: BytesMut::new(), whole: true, keep }
    }

    pub(crate) fn note(&mut self, sent: &[u8]) {
        if sent.is_empty() || !self.whole {
            return;
        }
        if self.keep && self.kept.len() + sent.len() <= crate::settings::REPLAY_LIMIT {
            self.kept.extend_from_slice(sent);
        } else {
            self.whole = false;
            self.kept = BytesMut::new();
        }
    }
}
