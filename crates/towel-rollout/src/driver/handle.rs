//! `Driver`: what it holds, and how it tells.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{broadcast, watch};
use towel_engine::Engine;

use super::Settings;
use super::slot::Slot;
use crate::journal::{Event, EventKind, Journal, JournalError, RolloutId};
use crate::machine::Outcome;
use crate::traffic::Traffic;

/// Events that a slow listener may lag behind before it misses some.
const EVENTS: usize = 1024;

/// Carries rollouts out over an engine and a data plane; one at a time for each service.
pub struct Driver<E, T> {
    pub(super) engine: Arc<E>,
    pub(super) traffic: Arc<T>,
    pub(super) journal: Journal,
    pub(super) settings: Settings,
    pub(super) slots: Mutex<BTreeMap<String, Slot>>,
    pub(super) ended: watch::Sender<u64>,
    events: broadcast::Sender<Event>,
    #[cfg(test)]
    pub(crate) trap: super::trap::Trap,
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// A driver at rest; `resume` takes up what was underway.
    pub fn new(engine: Arc<E>, traffic: Arc<T>, journal: Journal, settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            engine,
            traffic,
            journal,
            settings,
            slots: Mutex::default(),
            ended: watch::channel(0).0,
            events: broadcast::channel(EVENTS).0,
            #[cfg(test)]
            trap: super::trap::Trap::default(),
        })
    }

    /// The journal, for reading.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Every event from now on; earlier ones are in the journal.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// How the rollout ended, once it has; none when there is no such rollout.
    pub async fn wait(&self, id: RolloutId) -> Result<Option<Outcome>, JournalError> {
        let mut ended = self.ended.subscribe();
        loop {
            ended.borrow_and_update();
            match self.journal.rollout(id)? {
                None => return Ok(None),
                Some(record) if record.outcome.is_some() => return Ok(record.outcome),
                Some(_) => {}
            }
            if ended.changed().await.is_err() {
                // The sender lives as long as `self`, so this cannot be; looking again is harmless.
                tokio::time::sleep(self.settings.poll).await;
            }
        }
    }

    /// Stops driving and gives the lock back. What is underway stays as it is, for `resume`.
    pub fn close(&self) -> Result<(), JournalError> {
        self.halt();
        self.journal.unlock(&self.settings.owner)
    }

    pub(crate) fn halt(&self) {
        for slot in self.slots().values() {
            slot.stop();
        }
        self.slots().clear();
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.settings.now)()
    }

    pub(super) fn slots(&self) -> MutexGuard<'_, BTreeMap<String, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn emit(&self, service: &str, rollout: Option<RolloutId>, kind: EventKind, message: impl Into<String>) {
        let event = Event { at: self.now(), service: service.to_owned(), rollout, kind, message: message.into() };
        let kept = self.journal.add_event(&event);
        self.publish(event);
        if let Err(error) = kept {
            // Whoever listens must learn that the record has a gap.
            let message = format!("an event could not be kept: {error}");
            self.publish(Event {
                at: self.now(),
                service: service.to_owned(),
                rollout,
                kind: EventKind::Alert,
                message,
            });
        }
    }

    fn publish(&self, event: Event) {
        self.settings.notifications.tell(&event);
        // Nobody listening is no error.
        let _nobody = self.events.send(event).is_err();
    }
}
