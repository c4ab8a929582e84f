//! What all workers of the process share.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};

use arc_swap::ArcSwap;
use tokio::sync::{Notify, watch};

use crate::metrics::process::ProcessMetrics;
use crate::plan::Plan;
use crate::settings::HELD_LIMIT;
use crate::split::cookie::CookieKey;

/// How far the process' end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Phase {
    /// It serves.
    Serving = 0,
    /// Idle connections close, others after their request.
    Draining = 1,
    /// Tunnels are being closed politely.
    Closing = 2,
    /// Whatever is left is cut.
    Cut = 3,
}

/// State that requests read and the control side writes.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) plan: ArcSwap<Plan>,
    /// Counts plans. See [`Shared::number`].
    number: AtomicU64,
    swapped: watch::Sender<u64>,
    pub(crate) key: CookieKey,
    pub(crate) process: ProcessMetrics,
    held: AtomicUsize,
    connections: AtomicUsize,
    connections_gone: Notify,
    phase: AtomicU8,
    /// One for each worker, so that workers do not wait for each other's lock.
    bells: Box<[Arc<Notify>]>,
}

impl Shared {
    pub(crate) fn new(key: CookieKey, workers: usize) -> Self {
        Self {
            plan: ArcSwap::from_pointee(Plan::default()),
            number: AtomicU64::new(0),
            swapped: watch::Sender::new(0),
            key,
            process: ProcessMetrics::default(),
            held: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            connections_gone: Notify::new(),
            phase: AtomicU8::new(Phase::Serving as u8),
            bells: (0..workers).map(|_| Arc::default()).collect(),
        }
    }

    pub(crate) fn workers(&self) -> usize {
        self.bells.len()
    }

    /// Puts a plan in force for every request that starts after this.
    pub(crate) fn swap(&self, plan: Arc<Plan>) {
        self.plan.store(plan);
        let number = self.number.fetch_add(1, Ordering::SeqCst) + 1;
        self.swapped.send_replace(number);
    }

    /// Read before the plan is loaded and again after a flight began: if both are equal, whoever
    /// empties a target that a newer plan does not have sees that flight.
    pub(crate) fn number(&self) -> u64 {
        self.number.load(Ordering::SeqCst)
    }

    /// Sees every plan that is put in force from now on.
    pub(crate) fn swaps(&self) -> watch::Receiver<u64> {
        self.swapped.subscribe()
    }

    /// A place to wait for a target, if there is one left.
    pub(crate) fn waiting_place(&self) -> Option<WaitingPlace<'_>> {
        let before = self.held.fetch_add(1, Ordering::AcqRel);
        let place = WaitingPlace(&self.held);
        (before < HELD_LIMIT).then_some(place)
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Serving,
            1 => Phase::Draining,
            2 => Phase::Closing,
            _ => Phase::Cut,
        }
    }

    pub(crate) fn advance(&self, phase: Phase) {
        self.phase.fetch_max(phase as u8, Ordering::AcqRel);
        self.ring();
    }

    /// Rings on a worker when the phase changed or a listener was closed.
    pub(crate) fn bell(&self, worker: usize) -> &Arc<Notify> {
        &self.bells[worker]
    }

    pub(crate) fn ring(&self) {
        self.bells.iter().for_each(|bell| bell.notify_waiters());
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Acquire)
    }

    /// Waits until no client connection is left.
    pub(crate) async fn without_connections(&self) {
        loop {
            let mut gone = std::pin::pin!(self.connections_gone.notified());
            gone.as_mut().enable();
            if self.connections() == 0 {
                return;
            }
            gone.await;
        }
    }
}

/// One of the bounded places to wait for a target.
#[derive(Debug)]
pub(crate) struct WaitingPlace<'a>(&'a AtomicUsize);

impl Drop for WaitingPlace<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// An open client connection; dropping it ends the count.
#[derive(Debug)]
pub(crate) struct Connected(Arc<Shared>);

impl Connected {
    pub(crate) fn count(shared: &Arc<Shared>) -> Self {
        shared.connections.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(shared))
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        if self.0.connections.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.connections_gone.notify_waiters();
        }
    }
}

/// What a connection knows of the listener that it came through.
#[derive(Debug)]
pub(crate) struct Door {
    /// As it stands in the table.
    pub(crate) address: SocketAddr,
    closed: AtomicBool,
}

impl Door {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, closed: AtomicBool::new(false) }
    }

    /// No more requests through it.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// A worker, as its connections see it. They share it among themselves only, so that counting
/// who has it costs no other worker anything.
#[derive(Debug, Clone)]
pub(crate) struct Worker(Arc<Place>);

/// What a worker knows.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) index: usize,
    pub(crate) shared: Arc<Shared>,
}

impl Deref for Worker {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.0
    }
}

impl Worker {
    pub(crate) fn new(index: usize, shared: &Arc<Shared>) -> Self {
        Self(Arc::new(Place { index, shared: Arc::clone(shared) }))
    }

    pub(crate) fn bell(&self) -> &Arc<Notify> {
        self.shared.bell(self.index)
    }

    /// No further request may begin on this connection.
    pub(crate) fn is_ending(&self, door: &Door) -> bool {
        door.is_closed() || self.shared.phase() >= Phase::Draining
    }
}
