//! Runs a service's rollouts one after the other, and takes up those that a crash left.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;
use towel_engine::Engine;

use super::plan::{plan, wanted};
use super::run::Run;
use super::slot::Slot;
use super::{Driver, Refused, RolloutStatus};
use crate::journal::{EventKind, JournalError, Release, RolloutId, RolloutRecord};
use crate::machine::{Cause, CauseKind, Order, Outcome, State};
use crate::traffic::Traffic;

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Takes the lock and takes up what was underway; says which rollouts those are. What runs
    /// already is left alone, so it may be called again.
    pub fn resume(self: &Arc<Self>) -> Result<Vec<RolloutId>, Refused> {
        self.journal.lock(&self.settings.owner)?;
        let open = self.journal.open_rollouts()?;
        let mut resumed = Vec::new();
        for record in &open {
            if self.resume_one(record)? {
                resumed.push(record.id);
            }
        }
        Ok(resumed)
    }

    fn resume_one(self: &Arc<Self>, record: &RolloutRecord) -> Result<bool, Refused> {
        let mut slots = self.slots();
        let Some(slot) = slots.get_mut(&record.service) else {
            let slot = spawn(self, &record.service, record.id);
            slots.insert(record.service.clone(), slot);
            return Ok(true);
        };
        if slot.running == record.id || slot.waiting == Some(record.id) {
            return Ok(false);
        }
        // A newer one was waiting for its turn when everything stopped.
        slot.order(Order::Supersede { version: record.request.version.clone() });
        let overtaken = slot.waiting.replace(record.id);
        drop(slots);
        if let Some(overtaken) = overtaken {
            self.end_unbegun(overtaken, &record.request.version)?;
        }
        Ok(true)
    }

    /// Runs this rollout, then whichever waits by then, until none does.
    async fn work(
        &self,
        service: String,
        mut id: RolloutId,
        mut orders: mpsc::UnboundedReceiver<Order>,
        status: watch::Sender<Option<RolloutStatus>>,
    ) {
        loop {
            self.run_one(&service, id, &mut orders, &status).await;
            let next = {
                let mut slots = self.slots();
                let next = slots.get_mut(&service).and_then(|slot| {
                    let next = slot.waiting.take()?;
                    // Orders that came too late for the one are not meant for the next.
                    let (sender, receiver) = mpsc::unbounded_channel();
                    (slot.running, slot.orders, orders) = (next, sender, receiver);
                    Some(next)
                });
                if next.is_none() {
                    slots.remove(&service);
                }
                next
            };
            status.send_replace(None);
            self.ended.send_modify(|count| *count += 1);
            match next {
                Some(next) => id = next,
                None => return,
            }
        }
    }

    async fn run_one(
        &self,
        service: &str,
        id: RolloutId,
        orders: &mut mpsc::UnboundedReceiver<Order>,
        status: &watch::Sender<Option<RolloutStatus>>,
    ) {
        let run = self.insist(service, id, || self.take_up(id)).await;
        let Some(mut run) = run else { return };
        status.send_replace(Some(self.describe(&run)));
        let outcome = self.roll(&mut run, orders, status).await;
        self.insist(service, id, || self.journal.save_rollout(id, &run.state, run.judging.as_ref())).await;
        self.insist(service, id, || self.journal.end_rollout(id, &outcome, self.now())).await;
        self.tell_end(&run, &outcome);
    }

    /// The rollout as the journal left it, or at its beginning; none when it cannot be run.
    fn take_up(&self, id: RolloutId) -> Result<Option<Run>, JournalError> {
        let Some(record) = self.journal.rollout(id)?.filter(|record| record.outcome.is_none()) else {
            return Ok(None);
        };
        let Some(new) = self.journal.release(record.release)? else {
            let message = "its release is not in the journal; this is a bug in towel";
            let outcome = Outcome::Failed { cause: Cause::new(CauseKind::Refused, message) };
            self.journal.end_rollout(id, &outcome, self.now())?;
            return Ok(None);
        };
        match (record.plan.clone(), record.state.clone()) {
            (Some(plan), Some(state)) => self.continue_run(&record, new, plan, state).map(Some),
            _ => self.begin_run(&record, new).map(Some),
        }
    }

    fn begin_run(&self, record: &RolloutRecord, new: Release) -> Result<Run, JournalError> {
        // Going back to what serves already is what is left of a rollback that came too late.
        let stable = self.journal.stable(&record.service)?.filter(|stable| stable.id() != new.id());
        let scale = self.journal.scale(&record.service)?;
        let old = stable.map(|stable| stable.workload);
        let backup = self.settings.preparations.is_declared(&record.service);
        let plan = plan(&record.request, &new.workload, old.as_ref(), scale, backup);
        let before = old.as_ref().map_or(0, |old| wanted(&old.service, scale));
        let state = State::new(&plan, before);
        self.journal.begin_rollout(record.id, &plan, &state, None, self.now())?;
        let message = format!("`{}` begins", plan.to.name);
        self.emit(&record.service, Some(record.id), EventKind::Started, message);
        Ok(Run::new(record.id, plan, state, new.workload, old, self.now()))
    }

    fn continue_run(
        &self,
        record: &RolloutRecord,
        new: Release,
        plan: crate::machine::Plan,
        state: State,
    ) -> Result<Run, JournalError> {
        let old = match &plan.from {
            Some(from) => self.journal.release(from.release)?.map(|release| release.workload),
            None => None,
        };
        let state = state.resumed(&plan);
        let message = format!("`{}` is taken up again at stage {}", plan.to.name, state.stage);
        self.emit(&record.service, Some(record.id), EventKind::Started, message);
        let mut run = Run::new(record.id, plan, state, new.workload, old, self.now());
        run.judging.clone_from(&record.judging);
        Ok(run)
    }

    /// Does what only the journal can refuse, again and again until it does not.
    async fn insist<R>(&self, service: &str, id: RolloutId, mut work: impl FnMut() -> Result<R, JournalError>) -> R {
        let mut is_told = false;
        loop {
            match work() {
                Ok(result) => return result,
                Err(error) if !is_told => {
                    is_told = true;
                    self.emit(service, Some(id), EventKind::Alert, error.to_string());
                }
                Err(_) => {}
            }
            sleep(self.settings.poll * 2).await;
        }
    }
}

pub(super) fn spawn<E: Engine, T: Traffic>(driver: &Arc<Driver<E, T>>, service: &str, id: RolloutId) -> Slot {
    let (orders, receiver) = mpsc::unbounded_channel();
    let (sender, status) = watch::channel(None);
    let (driver, name) = (Arc::clone(driver), service.to_owned());
    let task = tokio::spawn(async move { driver.work(name, id, receiver, sender).await });
    Slot { running: id, waiting: None, orders, status, task: Some(task) }
}
