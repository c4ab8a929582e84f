//! One rollout from its beginning, or from where the journal left it, to its end.

use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep};
use towel_engine::{Engine, Workload};

use super::carry::{Task, transient};
use super::probes::Probes;
use super::{Driver, Judging, RolloutStatus};
use crate::journal::{EventKind, JournalError, RolloutId};
use crate::machine::{Effect, Event, Fault, Next, Order, Outcome, Plan, Stage, State, View, Wait, next, step};
use crate::traffic::Traffic;

/// Times and evidence are kept this often while nothing else changes.
const KEEP_EVERY: Duration = Duration::from_secs(2);

/// One rollout underway.
pub(super) struct Run {
    pub(super) id: RolloutId,
    pub(super) plan: Plan,
    pub(super) state: State,
    pub(super) view: View,
    pub(super) new: Workload,
    pub(super) old: Option<Workload>,
    pub(super) judging: Option<Judging>,
    pub(super) epoch: u64,
    pub(super) blind_looks: u32,
    pub(super) trouble: Option<String>,
    pub(super) wait: Option<Wait>,
    pub(super) since: Timestamp,
    pub(super) probes: Probes,
    looked: Instant,
    kept: Instant,
    is_kept: bool,
}

impl Run {
    pub(super) fn new(
        id: RolloutId,
        plan: Plan,
        state: State,
        new: Workload,
        old: Option<Workload>,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            plan,
            state,
            view: View::default(),
            new,
            old,
            judging: None,
            epoch: 0,
            blind_looks: 0,
            trouble: None,
            wait: None,
            since: now,
            probes: Probes::default(),
            looked: Instant::now(),
            kept: Instant::now(),
            is_kept: true,
        }
    }

    /// Time since the last look, which is now.
    pub(super) fn since_last_look(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.looked, now)
    }

    fn next(&self) -> Next {
        next(&self.plan, &self.state, &self.view)
    }
}

impl<E: Engine, T: Traffic> Driver<E, T> {
    /// Looks, decides, acts, until the rollout has ended.
    pub(super) async fn roll(
        &self,
        run: &mut Run,
        orders: &mut mpsc::UnboundedReceiver<Order>,
        status: &watch::Sender<Option<RolloutStatus>>,
    ) -> Outcome {
        let mut changes = self.engine.changes();
        loop {
            changes.borrow_and_update();
            self.look(run).await;
            self.follow(run, &Event::Seen);
            status.send_replace(Some(self.describe(run)));
            match run.next() {
                Next::Do(effect) => {
                    self.act(run, orders, &effect).await;
                    continue;
                }
                Next::Wait(wait) => self.note_wait(run, wait),
                Next::End(outcome) => return outcome,
            }
            self.keep(run);
            status.send_replace(Some(self.describe(run)));
            tokio::select! {
                () = sleep(self.settings.poll) => {}
                // An engine may tell of many changes in a row; one look takes them all in.
                Ok(()) = changes.changed() => sleep(self.settings.poll / 10).await,
                Some(order) = orders.recv() => self.follow(run, &Event::Order(order)),
                () = self.probe(run) => {}
            }
        }
    }

    /// Journals, carries out, journals again.
    async fn act(&self, run: &mut Run, orders: &mut mpsc::UnboundedReceiver<Order>, effect: &Effect) {
        let before = run.state.clone();
        self.pass(Point::BeforeNote).await;
        run.state.attempt(effect);
        if let Effect::Split { share } = effect {
            self.begin_epoch(run, *share).await;
        }
        let noted = self.journal.note_before(run.id, effect, &run.state, run.judging.as_ref(), self.now());
        if let Err(error) = noted {
            // No step forward that the journal does not know of; but the way back stays open,
            // since repeating it after a crash comes to the same.
            self.lose_journal(run, &error);
            if before.is_forward() || before.stage == Stage::Promote {
                run.state = before;
                return self.follow(run, &Event::Carried(effect.clone(), Err(transient(error.to_string()))));
            }
        }
        self.pass(Point::AfterNote).await;
        let Some(result) = self.carry_watching(run, orders, effect).await else { return };
        self.pass(Point::AfterCarry).await;
        self.conclude(run, effect, result);
        self.pass(Point::AfterConclusion).await;
    }

    /// Carries the effect out, and goes on watching meanwhile; none when what was seen or
    /// ordered makes the effect pointless, so that nothing that hangs can hold a rollout.
    async fn carry_watching(
        &self,
        run: &mut Run,
        orders: &mut mpsc::UnboundedReceiver<Order>,
        effect: &Effect,
    ) -> Option<Result<(), Fault>> {
        let task = Task::new(run, effect, self.settings.call_limit);
        let mut work = pin!(self.carry(&task));
        loop {
            tokio::select! {
                biased;
                result = &mut work => return Some(result),
                Some(order) = orders.recv() => self.follow(run, &Event::Order(order)),
                () = sleep(self.settings.poll) => {
                    self.look(run).await;
                    self.follow(run, &Event::Seen);
                }
            }
            if run.next() != Next::Do(effect.clone()) {
                return None;
            }
        }
    }

    fn conclude(&self, run: &mut Run, effect: &Effect, result: Result<(), Fault>) {
        let fault = result.as_ref().err().cloned();
        let after = step(&run.plan, &run.state, &run.view, &Event::Carried(effect.clone(), result));
        let now = self.now();
        let noted = if *effect == Effect::Promote && fault.is_none() {
            self.journal.promote(run.id, &run.plan, &after, now)
        } else {
            self.journal.note_after(run.id, effect, fault.as_ref(), &after, run.judging.as_ref(), now)
        };
        if let Err(error) = noted {
            self.lose_journal(run, &error);
            if *effect == Effect::Promote {
                let fault = transient(error.to_string());
                return self.follow(run, &Event::Carried(effect.clone(), Err(fault)));
            }
        } else {
            run.is_kept = true;
        }
        if fault.is_none() {
            self.tell_progress(run, effect);
        }
        self.enter(run, after);
    }

    /// The state follows the event.
    fn follow(&self, run: &mut Run, event: &Event) {
        let after = step(&run.plan, &run.state, &run.view, event);
        self.enter(run, after);
    }

    fn enter(&self, run: &mut Run, after: State) {
        let stage = std::mem::replace(&mut run.state, after).stage;
        if stage == run.state.stage {
            return;
        }
        run.is_kept = false;
        run.wait = None;
        run.since = self.now();
        if run.state.stage == Stage::Bake
            && let Some(judging) = &mut run.judging
        {
            judging.judge.begin_step();
        }
        self.tell_stage(run);
    }

    async fn begin_epoch(&self, run: &mut Run, share: f64) {
        run.epoch = self.next_epoch(&run.plan.service, run.epoch).await;
        if let Some(judging) = &mut run.judging {
            judging.ledger.expect(run.epoch, share);
        }
    }

    /// The next epoch of a service: above every one that the journal or the data plane knows.
    pub(super) async fn next_epoch(&self, service: &str, known: u64) -> u64 {
        let counted = match self.traffic.evidence(service).await {
            Ok(evidence) => evidence.samples.iter().map(|sample| sample.epoch).max().unwrap_or(0),
            // Should the data plane not answer, the split that follows will say so.
            Err(_) => 0,
        };
        let kept = self.journal.epoch(service).unwrap_or(0);
        let epoch = known.max(counted).max(kept) + 1;
        if let Err(error) = self.journal.set_epoch(service, epoch) {
            self.emit(service, None, EventKind::Alert, error.to_string());
        }
        epoch
    }

    fn note_wait(&self, run: &mut Run, wait: Wait) {
        let is_new = run.wait.as_ref().is_none_or(|known| !known.is_like(&wait));
        if is_new {
            run.since = self.now();
            self.tell_wait(run, &wait);
        }
        run.wait = Some(wait);
    }

    /// Keeps the state when it changed, and times and evidence every now and then.
    fn keep(&self, run: &mut Run) {
        if run.is_kept && run.kept.elapsed() < KEEP_EVERY {
            return;
        }
        match self.journal.save_rollout(run.id, &run.state, run.judging.as_ref()) {
            Ok(()) => run.is_kept = true,
            Err(error) => self.lose_journal(run, &error),
        }
        run.kept = Instant::now();
    }

    fn lose_journal(&self, run: &mut Run, error: &JournalError) {
        let message = error.to_string();
        if run.trouble.as_ref() != Some(&message) {
            self.emit(&run.plan.service, Some(run.id), EventKind::Alert, message.clone());
        }
        run.trouble = Some(message);
    }

    #[cfg(test)]
    async fn pass(&self, point: Point) {
        self.trap.pass(point).await;
    }

    #[cfg(not(test))]
    async fn pass(&self, _point: Point) {}
}

/// Where a process can die: tests stop the driver at each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Nothing is journalled yet.
    BeforeNote,
    /// The effect is journalled, not carried out.
    AfterNote,
    /// It is carried out, not journalled as such.
    AfterCarry,
    /// All is journalled.
    AfterConclusion,
}
