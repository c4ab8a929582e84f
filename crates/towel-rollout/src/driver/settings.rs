//! What a driver is made with: pace, clock, ports.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{NothingDeclared, Notifications, Preparations, Silence};
use crate::journal::Owner;

/// What a driver is made with.
#[derive(Clone)]
pub struct Settings {
    /// From one look at the world to the next. Half a second rolls a fully broken version back
    /// within a second of the answers that prove it.
    pub poll: Duration,
    /// How long a step may go without an answer from the judge; less where the rollout's deadline
    /// would come before all steps have had so long.
    pub patience: Duration,
    /// Most time for one call to the engine or the gateway.
    pub call_limit: Duration,
    /// The wall clock: for times that people read, and for freezes.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Who holds the deploy lock.
    pub owner: Owner,
    /// Backups before a deploy.
    pub preparations: Arc<dyn Preparations>,
    /// Who is told.
    pub notifications: Arc<dyn Notifications>,
}

impl Settings {
    /// The usual pace, no backups, nobody told.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self {
            poll: Duration::from_millis(500),
            patience: Duration::from_secs(15 * 60),
            call_limit: Duration::from_secs(60),
            now: Arc::new(now),
            owner: Owner::this(),
            preparations: Arc::new(NothingDeclared),
            notifications: Arc::new(Silence),
        }
    }
}
