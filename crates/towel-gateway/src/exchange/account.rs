//! Counts how a request fared on the version that it was routed to.

use std::sync::Arc;
use std::time::Duration;

use crate::plan::backend::Backend;

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All of it was passed on.
    Complete,
    /// The target broke off.
    TargetFailed,
    /// The client went away.
    ClientGone,
}

/// Open until the request's end is known. Dropped without one, it counts nothing: the client
/// went away.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) backend: Arc<Backend>,
    pub(crate) version: usize,
    pub(crate) worker: usize,
    /// It was routed by the weights of its epoch, and is no second attempt.
    pub(crate) is_evidence: bool,
    pub(crate) client: Option<u64>,
    pub(crate) warm: bool,
}

impl Account {
    /// The target answered; how the answer ends is yet to come.
    pub(crate) fn answered(&self, status: u16, time: Option<Duration>) {
        self.backend.versions[self.version].metrics.count(self.worker, status, time);
    }

    /// The answer came to an end.
    pub(crate) fn settle(&self, status: u16, time: Duration, ending: Ending) {
        if status >= 500 || ending == Ending::TargetFailed {
            self.bad();
        } else if ending == Ending::Complete && self.counts() {
            self.tally().good(self.worker, self.warm.then_some(time));
        }
    }

    /// The attempt failed.
    pub(crate) fn bad(&self) {
        let first = !self.is_evidence || self.client.is_none_or(|c| self.backend.scars.add(c));
        if self.is_evidence && first {
            self.tally().bad(self.worker);
        }
    }

    fn counts(&self) -> bool {
        self.is_evidence && !self.client.is_some_and(|c| self.backend.scars.has(c))
    }

    fn tally(&self) -> &crate::evidence::tally::Tally {
        &self.backend.versions[self.version].tally
    }
}
