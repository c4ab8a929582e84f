//! Answers that the gateway gives itself.

use std::borrow::Cow;
use std::time::Duration;

/// A status with a sentence that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) reason: Cow<'static, str>,
    pub(crate) retry_after: Option<Duration>,
}

impl Refusal {
    pub(crate) fn new(status: u16, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { status, reason: reason.into(), retry_after: None }
    }

    pub(crate) fn malformed(reason: &'static str) -> Self {
        Self::new(400, reason)
    }

    pub(crate) fn retry_after(self, time: Duration) -> Self {
        Self { retry_after: Some(time), ..self }
    }

    /// Whole seconds, rounded up: coming too early would be refused again.
    pub(crate) fn retry_seconds(&self) -> Option<u64> {
        self.retry_after.map(|time| time.as_millis().div_ceil(1000).max(1) as u64)
    }

    pub(crate) fn body(&self) -> String {
        format!("{}\n", self.reason)
    }
}

/// The standard phrase of a status.
pub(crate) fn phrase(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("")
}
