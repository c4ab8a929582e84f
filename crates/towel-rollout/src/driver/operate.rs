//! What people do besides deploying: abort, promote, scale, restart, look back.

use serde::{Deserialize, Serialize};
use towel_engine::Engine;

use super::{Driver, Refused};
use crate::journal::{EventKind, JournalError, RolloutId, RolloutRecord};
use crate::machine::{Ending, Order, Stage};
use crate::traffic::Traffic;

/// What an abort came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "abort", content = "rollout")]
pub enum Aborted {
    /// It goes back.
    GoesBack(RolloutId),
    /// It was promoted already.
    TooLate(RolloutId),
    /// Nothing is being shipped; nothing was done.
    NothingUnderway,
}

impl std::fmt::Display for Aborted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::GoesBack(id) => write!(f, "rollout {id} goes back"),
            Self::TooLate(id) => write!(f, "rollout {id} was promoted already; `rollback` goes to the version before"),
            Self::NothingUnderway => f.write_str("nothing is being shipped; nothing was done"),
        }
    }
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Takes the rollout that is underway back.
    pub fn abort(&self, service: &str, by: &str) -> Result<Aborted, Refused> {
        let Some(running) = self.running(service) else { return Ok(Aborted::NothingUnderway) };
        self.audit(by, service, format!("abort of rollout {running}"), None)?;
        Ok(self.send_back(service, by).map_or(Aborted::TooLate(running), Aborted::GoesBack))
    }

    /// Promotes without waiting for a verdict; readiness, smoke requests and capacity still count.
    pub fn promote_now(&self, service: &str, by: &str) -> Result<RolloutId, Refused> {
        let running = self.running(service);
        let running = running.ok_or_else(|| Refused::NothingUnderway { service: service.to_owned() })?;
        if self.rollout_status(service).is_some_and(|status| status.cause.is_some()) {
            return Err(Refused::GoesBack { service: service.to_owned(), rollout: running });
        }
        self.audit(by, service, format!("promotion of rollout {running} without a verdict"), None)?;
        self.order(service, Order::PromoteNow);
        Ok(running)
    }

    /// So many instances from now on, whatever the file says; none leaves it to the file again.
    pub async fn scale(&self, service: &str, replicas: Option<u32>, by: &str) -> Result<(), Refused> {
        self.journal.lock(&self.settings.owner)?;
        let stable = self.journal.stable(service)?;
        let stable = stable.ok_or_else(|| Refused::NoRelease { service: service.to_owned() })?;
        self.journal.set_scale(service, replicas)?;
        let wanted = super::plan::wanted(&stable.workload.service, replicas);
        self.audit(by, service, format!("scale to {wanted}"), None)?;
        if self.running(service).is_some() {
            self.order(service, Order::Scale(wanted));
        } else {
            self.engine.apply(&stable.workload, wanted).await?;
        }
        self.emit(service, None, EventKind::Changed, format!("scaled to {wanted} by {by}"));
        Ok(())
    }

    /// Replaces every instance of the stable release, one at a time.
    pub async fn restart(&self, service: &str, by: &str) -> Result<(), Refused> {
        self.journal.lock(&self.settings.owner)?;
        if let Some(rollout) = self.running(service) {
            return Err(Refused::Busy { service: service.to_owned(), rollout });
        }
        let stable = self.journal.stable(service)?;
        let stable = stable.ok_or_else(|| Refused::NoRelease { service: service.to_owned() })?;
        self.audit(by, service, "restart".to_owned(), None)?;
        self.engine.restart(service, stable.id()).await?;
        self.emit(service, None, EventKind::Changed, format!("restarted by {by}"));
        Ok(())
    }

    /// A service's rollouts, newest first.
    pub fn history(&self, service: &str) -> Result<Vec<RolloutRecord>, JournalError> {
        self.journal.rollouts(service)
    }

    pub(super) fn running(&self, service: &str) -> Option<RolloutId> {
        self.slots().get(service).map(|slot| slot.running)
    }

    pub(super) fn is_going_forward(&self, service: &str) -> bool {
        let slots = self.slots();
        let Some(slot) = slots.get(service) else { return false };
        let is_back = slot.status.borrow().as_ref().is_some_and(|status| status.cause.is_some());
        slot.waiting.is_some() || !is_back
    }

    /// Orders the rollout that is underway back; none when there is none or it was promoted.
    pub(super) fn send_back(&self, service: &str, by: &str) -> Option<RolloutId> {
        let slots = self.slots();
        let slot = slots.get(service)?;
        let stage = slot.status.borrow().as_ref().map(|status| status.stage);
        if matches!(stage, Some(Stage::Promote | Stage::Drain | Stage::Done(Ending::Healthy))) {
            return None;
        }
        slot.order(Order::Abort { by: by.to_owned() });
        Some(slot.running)
    }

    fn order(&self, service: &str, order: Order) {
        if let Some(slot) = self.slots().get(service) {
            slot.order(order);
        }
    }
}
