//! Notices that a long answer or tunnel must end before its time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use tokio::sync::futures::OwnedNotified;

use crate::settings::TUNNELS_END_WITHIN;
use crate::shared::{Phase, Worker};
use crate::target::{Stage, Target};

/// Watches a target and the process. Costs nothing until it is asked for the first time.
#[derive(Debug)]
pub(crate) struct Watch {
    target: Arc<Target>,
    worker: Worker,
    rings: Option<[Pin<Box<OwnedNotified>>; 2]>,
}

impl Watch {
    pub(crate) fn new(target: &Arc<Target>, worker: &Worker) -> Self {
        Self { target: Arc::clone(target), worker: worker.clone(), rings: None }
    }

    /// The stage now; the task is woken when it changes.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Stage {
        loop {
            let rings = self.rings.get_or_insert_with(|| {
                [self.target.bell(self.worker.index), self.worker.bell()]
                    .map(|bell| Box::pin(Arc::clone(bell).notified_owned()))
            });
            // Both are asked, so that both wake.
            let rung = rings.iter_mut().filter_map(|r| r.as_mut().poll(cx).is_ready().then_some(())).count();
            if rung == 0 {
                return self.stage();
            }
            self.rings = None;
        }
    }

    /// The process is going away, rather than the target.
    pub(crate) fn is_process_ending(&self) -> bool {
        self.worker.shared.phase() >= Phase::Closing
    }

    /// The time over which tunnels are to be closed.
    pub(crate) fn closing_time(&self) -> Duration {
        if self.is_process_ending() { TUNNELS_END_WITHIN } else { self.target.closing_time() }
    }

    fn stage(&self) -> Stage {
        let process = match self.worker.shared.phase() {
            Phase::Serving | Phase::Draining => Stage::Open,
            Phase::Closing => Stage::Closing,
            Phase::Cut => Stage::Cut,
        };
        process.max(self.target.stage())
    }
}
