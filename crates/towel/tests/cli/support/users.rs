//! Users of the product: a load at a constant rate on a thread of its own, and its account.

use std::time::Duration;

use pizzeria::load::{Counts, Load, Running, Summary};
use tokio::runtime::Runtime;
use towel_testkit::eventually;

/// A load underway.
pub(crate) struct Users {
    runtime: Runtime,
    running: Option<Running>,
}

impl Users {
    /// So many requests a second to `url`, and so many WebSockets that stay.
    pub(crate) fn of(url: &str, per_second: f64, sockets: usize) -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().expect("a thread can be started");
        let running = {
            let _inside = runtime.enter();
            let load = Load::new(url, per_second).unwrap().host("localhost").unwrap();
            // A request may wait at the gateway for an instance; what it must not is fail.
            load.within(Duration::from_secs(20)).sockets(sockets).begin()
        };
        Self { runtime, running: Some(running) }
    }

    /// The figures so far.
    pub(crate) fn counts(&self) -> Counts {
        self.running().snapshot()
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the load is stopped at its end only")
    }

    /// Returns once so many more requests were answered.
    pub(crate) fn await_requests(&self, more: u64) {
        let before = self.counts().requests;
        eventually("users are answered", || self.counts().requests >= before + more);
    }

    /// Returns after that time; the load goes on meanwhile.
    pub(crate) fn go_on_for(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    /// Ends the load.
    pub(crate) fn stop(mut self) -> Summary {
        let running = self.running.take().expect("the load is stopped once");
        self.runtime.block_on(running.stop())
    }

    /// Ends the load, in which no request may have failed.
    #[track_caller]
    pub(crate) fn stop_satisfied(self) -> Counts {
        let summary = self.stop();
        assert!(summary.counts.requests > 0, "nobody asked for anything");
        assert!(
            summary.counts.failed == 0,
            "{} of {} requests failed, the first: {:#?}",
            summary.counts.failed,
            summary.counts.requests,
            summary.examples
        );
        summary.counts
    }
}
