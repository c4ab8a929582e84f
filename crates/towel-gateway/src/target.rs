//! One instance: what is under way to it, whether it is warm, and whether it is being emptied.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::pool::Pool;
use crate::split::dice;

/// A target's first requests say how it warms up, not how it runs.
const WARM_UP_REQUESTS: u32 = 20;
const WARM_UP_TIME: Duration = Duration::from_secs(30);

/// How far a target's emptying has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Stage {
    /// It serves, or what is under way may end by itself.
    Open = 0,
    /// Tunnels are being closed politely.
    Closing = 1,
    /// Whatever is left is cut.
    Cut = 2,
}

/// State of a target that outlives tables.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// Of the id; ranks targets for a client.
    pub(crate) hash: u64,
    /// One pool of connections for each worker.
    pub(crate) pools: Box<[Pool]>,
    in_flight: AtomicUsize,
    served: AtomicU32,
    since: Instant,
    stage: AtomicU8,
    closing_ms: AtomicU64,
    /// One for each worker, so that workers do not wait for each other's lock.
    bells: Box<[Arc<Notify>]>,
    watched: AtomicBool,
    landed: Notify,
}

impl Target {
    pub(crate) fn new(id: &str, address: SocketAddr, workers: usize) -> Self {
        Self {
            address,
            hash: dice::hash(0, id.as_bytes()),
            pools: (0..workers).map(|_| Pool::default()).collect(),
            in_flight: AtomicUsize::new(0),
            served: AtomicU32::new(0),
            since: Instant::now(),
            stage: AtomicU8::new(Stage::Open as u8),
            closing_ms: AtomicU64::new(0),
            watched: AtomicBool::new(false),
            bells: (0..workers).map(|_| Arc::default()).collect(),
            landed: Notify::new(),
        }
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Acquire)
    }

    /// Counts a request and says whether the target was warm before it.
    pub(crate) fn serve_one(&self, now: Instant) -> bool {
        if self.served.load(Ordering::Relaxed) >= WARM_UP_REQUESTS {
            return true;
        }
        let before = self.served.fetch_add(1, Ordering::Relaxed);
        before >= WARM_UP_REQUESTS || now.duration_since(self.since) >= WARM_UP_TIME
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Open,
            1 => Stage::Closing,
            _ => Stage::Cut,
        }
    }

    /// Has tunnels closed, spread over a time so that their clients do not all come back at once.
    pub(crate) fn close_tunnels(&self, within: Duration) {
        self.closing_ms.store(within.as_millis() as u64, Ordering::Release);
        self.advance(Stage::Closing);
    }

    /// The time over which tunnels are to be closed.
    pub(crate) fn closing_time(&self) -> Duration {
        Duration::from_millis(self.closing_ms.load(Ordering::Acquire))
    }

    /// Cuts what is left.
    pub(crate) fn cut(&self) {
        self.advance(Stage::Cut);
    }

    fn advance(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
        self.bells.iter().for_each(|bell| bell.notify_waiters());
    }

    /// Rings on a worker when the stage changes.
    pub(crate) fn bell(&self, worker: usize) -> &Arc<Notify> {
        &self.bells[worker]
    }

    /// Waits until nothing is in flight.
    pub(crate) async fn empty(&self) {
        self.watched.store(true, Ordering::SeqCst);
        loop {
            let mut landed = std::pin::pin!(self.landed.notified());
            landed.as_mut().enable();
            if self.in_flight.load(Ordering::SeqCst) == 0 {
                return;
            }
            landed.await;
        }
    }
}

/// A request under way to a target; dropping it ends the count.
#[derive(Debug)]
pub(crate) struct Flight(Arc<Target>);

impl Flight {
    pub(crate) fn begin(target: &Arc<Target>) -> Self {
        target.in_flight.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(target))
    }

    pub(crate) fn target(&self) -> &Arc<Target> {
        &self.0
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let before = self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
        if before == 1 && self.0.watched.load(Ordering::SeqCst) {
            self.0.landed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Arc<Target> {
        Arc::new(Target::new("a", SocketAddr::from(([127, 0, 0, 1], 1)), 1))
    }

    #[tokio::test(start_paused = true)]
    async fn a_target_is_warm_after_twenty_requests_or_thirty_seconds() {
        let busy = target();
        let warm = (0..25).filter(|_| busy.serve_one(Instant::now())).count();
        assert_eq!(warm, 5);
        let idle = target();
        assert!(!idle.serve_one(Instant::now()));
        tokio::time::advance(WARM_UP_TIME).await;
        assert!(idle.serve_one(Instant::now()));
    }

    #[tokio::test]
    async fn emptying_waits_for_the_last_flight() {
        let target = target();
        let flights = [Flight::begin(&target), Flight::begin(&target)];
        let waiting = tokio::spawn({
            let target = Arc::clone(&target);
            async move { target.empty().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(flights);
        waiting.await.unwrap();
    }
}
