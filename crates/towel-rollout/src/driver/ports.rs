//! What the driver needs of others: backups before a deploy, and somebody to tell.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::journal::Event;

/// Takes a backup before a deploy.
pub trait Preparations: Send + Sync + 'static {
    /// Whether anything is to be backed up before this service is deployed.
    fn is_declared(&self, service: &str) -> bool;

    /// Backs up what the service needs; the error says what failed. It may be called again
    /// after a crash, and is dropped when it takes longer than the rollout may.
    fn backup<'a>(&'a self, service: &'a str) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;
}

/// For stacks that declare no backup before a deploy.
pub struct NothingDeclared;

impl Preparations for NothingDeclared {
    fn is_declared(&self, _service: &str) -> bool {
        false
    }

    fn backup<'a>(&'a self, _service: &'a str) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Is told of every event.
pub trait Notifications: Send + Sync + 'static {
    /// Takes the event or drops it; never blocks, for a rollout must not wait for a chat server.
    fn tell(&self, event: &Event);
}

/// Tells nobody.
pub struct Silence;

impl Notifications for Silence {
    fn tell(&self, _event: &Event) {}
}

/// Holds events for somebody who sends them on; drops them when that one does not keep up.
pub struct Outbox {
    sender: mpsc::Sender<Event>,
    dropped: AtomicU64,
}

/// An outbox for at most `capacity` events, and the end from which they are taken.
pub fn outbox(capacity: usize) -> (Outbox, mpsc::Receiver<Event>) {
    let (sender, receiver) = mpsc::channel(capacity.max(1));
    (Outbox { sender, dropped: AtomicU64::new(0) }, receiver)
}

impl Outbox {
    /// Events that nobody took in time.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Notifications for Outbox {
    fn tell(&self, event: &Event) {
        if self.sender.try_send(event.clone()).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
