//! The threads that serve connections, each with its own reactor and its own connections to targets.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::connection::Arrival;
use crate::shared::{Phase, Shared, Worker};

/// How often idle connections to targets are looked through.
const SWEEP: Duration = Duration::from_secs(1);

/// The way to all workers.
#[derive(Debug, Clone)]
pub(crate) struct Workers(Arc<[UnboundedSender<Arrival>]>);

impl Workers {
    /// Starts the threads. They end when the process is cut.
    pub(crate) fn start(shared: &Arc<Shared>) -> io::Result<Self> {
        let senders = (0..shared.workers()).map(|index| {
            let worker = Worker::new(index, shared);
            let (sender, arrivals) = unbounded_channel();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            thread::Builder::new()
                .name(format!("worker-{index}"))
                .spawn(move || runtime.block_on(work(worker, arrivals)))?;
            Ok(sender)
        });
        Ok(Self(senders.collect::<io::Result<Vec<_>>>()?.into()))
    }

    /// Hands a connection to a worker; `turn` counts connections.
    pub(crate) fn send(&self, turn: usize, arrival: Arrival) {
        // A worker that is gone belongs to a process that is ending; so does the connection.
        drop(self.0[turn % self.0.len()].send(arrival));
    }
}

/// One worker's life.
pub(crate) async fn work(worker: Worker, mut arrivals: UnboundedReceiver<Arrival>) {
    let mut sweep = interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while worker.shared.phase() != Phase::Cut {
        tokio::select! {
            arrival = arrivals.recv() => match arrival {
                Some(arrival) => drop(tokio::spawn(arrival.serve(worker.clone()))),
                None => break,
            },
            _ = sweep.tick() => sweep_pools(&worker),
        }
    }
    // The connections see the phase, too; they end when they are polled once more.
    tokio::time::sleep(Duration::from_millis(50)).await;
}

fn sweep_pools(worker: &Worker) {
    let now = Instant::now();
    let plan = worker.shared.plan.load();
    for target in plan.backends.values().flat_map(|b| &b.versions).flat_map(|v| &v.targets) {
        target.pools[worker.index].sweep(now);
    }
}
