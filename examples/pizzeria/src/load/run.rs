//! The pace of a load: a request whenever one is due, however slow the answers are.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::ledger::{Counts, Failure, Ledger, Summary};
use super::mix::{Ask, ask};
use super::pool::Pool;
use super::socket;
use crate::client::{AddressError, AskError, Origin};

/// A load that has not begun.
#[derive(Debug, Clone)]
pub struct Load {
    origin: Origin,
    per_second: f64,
    sockets: usize,
    within: Duration,
}

impl Load {
    /// Requests to the pizzeria's API at `url`, so many in a second.
    pub fn new(url: &str, per_second: f64) -> Result<Self, AddressError> {
        Ok(Self { origin: Origin::parse(url)?, per_second, sockets: 0, within: Duration::from_secs(5) })
    }

    /// Begins such a load at once. Must be called within a tokio runtime.
    pub fn start(url: &str, per_second: f64) -> Result<Running, AddressError> {
        Ok(Self::new(url, per_second)?.begin())
    }

    /// Asks under this name (`Host` header) instead of the URL's.
    pub fn host(mut self, host: &str) -> Result<Self, AddressError> {
        self.origin = self.origin.with_host(host)?;
        Ok(self)
    }

    /// Keeps so many WebSockets open meanwhile.
    pub fn sockets(mut self, count: usize) -> Self {
        self.sockets = count;
        self
    }

    /// How long an answer may take until the request counts as failed; 5 s when not given.
    pub fn within(mut self, limit: Duration) -> Self {
        self.within = limit;
        self
    }

    /// Begins. Must be called within a tokio runtime.
    pub fn begin(self) -> Running {
        let shared = Arc::new(Shared {
            ledger: Ledger::default(),
            pool: Pool::new(self.origin.clone()),
            began: Instant::now(),
            name: name(),
            within: self.within,
        });
        let mut sockets = JoinSet::new();
        for _ in 0..self.sockets {
            let (origin, shared) = (self.origin.clone(), Arc::clone(&shared));
            sockets.spawn(async move { socket::stay(&origin, &shared.ledger).await });
        }
        let (stop, stopped) = oneshot::channel();
        let pacing = tokio::spawn(pace(Arc::clone(&shared), self.per_second, stopped));
        Running { shared, stop, pacing, sockets }
    }
}

/// A name that no other load has, for its idempotency keys.
fn name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("load-{}-{:x}", std::process::id(), since.as_nanos())
}

/// A load under way. Dropped, it ends without waiting for the answers that are due.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    stop: oneshot::Sender<()>,
    pacing: JoinHandle<()>,
    sockets: JoinSet<()>,
}

impl Running {
    /// How it has fared so far.
    pub fn snapshot(&self) -> Counts {
        self.summary().counts
    }

    /// How it has fared so far, with its first failures in words.
    pub fn summary(&self) -> Summary {
        self.shared.ledger.summary(self.shared.began.elapsed())
    }

    /// Sends no more, waits for the answers that are due, and tells how it all fared.
    pub async fn stop(mut self) -> Summary {
        drop(self.stop);
        if let Err(error) = self.pacing.await {
            std::panic::resume_unwind(error.into_panic());
        }
        self.sockets.shutdown().await;
        self.shared.ledger.summary(self.shared.began.elapsed())
    }
}

#[derive(Debug)]
struct Shared {
    ledger: Ledger,
    pool: Pool,
    began: Instant,
    name: String,
    within: Duration,
}

async fn pace(shared: Arc<Shared>, per_second: f64, mut stopped: oneshot::Receiver<()>) {
    let mut ticks = interval(Duration::from_secs_f64(1.0 / per_second.max(0.001)));
    // A late tick is made up for: the rate is kept even when this machine was busy.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut asking = JoinSet::new();
    for number in 0.. {
        let due = tokio::select! {
            _ = &mut stopped => break,
            due = ticks.tick() => due,
        };
        asking.spawn(one(Arc::clone(&shared), number, due));
        while asking.try_join_next().is_some() {}
    }
    while asking.join_next().await.is_some() {}
}

async fn one(shared: Arc<Shared>, number: u64, due: Instant) {
    let ask = ask(&shared.name, number);
    let answer = timeout(shared.within, shared.pool.send(&ask)).await;
    let answer = answer.unwrap_or(Err(AskError::Late(shared.within)));
    let (result, version) = match answer {
        Ok(answer) => {
            let version = answer.headers().get("x-version").and_then(|value| value.to_str().ok()).map(str::to_owned);
            let good = answer.status().is_success();
            (if good { Ok(()) } else { Err(AskError::Status(answer.status())) }, version)
        }
        Err(error) => (Err(error), None),
    };
    match result {
        Ok(()) => shared.ledger.answered(due.elapsed(), version.as_deref()),
        Err(error) => shared.ledger.failed(failure(&shared, &ask, &error), version.as_deref()),
    }
}

fn failure(shared: &Shared, ask: &Ask, error: &AskError) -> Failure {
    let connection = if ask.fresh { "fresh connection" } else { "kept connection" };
    Failure {
        at: SystemTime::now(),
        after: shared.began.elapsed(),
        what: format!("{} {} {error} ({connection})", ask.method, ask.path),
    }
}
