//! When a stage is over, and which one follows.

use std::time::Duration;

use towel_model::OnInsufficient;

use super::moves::{self, Move};
use super::wait::Wait;
use super::{Cause, CauseKind, Ending, Plan, Stage, State, Unsure, View, Way};
use crate::judge::Verdict;

/// What baking comes to at this moment.
pub(super) enum Bake {
    Pass,
    Wait(Wait),
    Fail(Cause),
}

/// Enters the following stages for as long as the one it is in is over.
pub(super) fn advance(plan: &Plan, state: &mut State, view: &View) {
    while let Some(stage) = successor(plan, state, view) {
        if state.stage == Stage::Bake && stage == Stage::Shift {
            state.step += 1;
        }
        if stage == Stage::Bake {
            state.baked = Duration::ZERO;
        }
        state.enter(stage);
    }
}

fn successor(plan: &Plan, state: &State, view: &View) -> Option<Stage> {
    match state.stage {
        Stage::Start => {
            let smoked = state.smoked || !plan.smoke;
            (smoked && moves::start(plan, state, view) == Move::Settled).then_some(Stage::Shift)
        }
        Stage::Shift => (moves::forward(plan, state, view) == Move::Settled).then_some(Stage::Bake),
        Stage::Bake => after_bake(plan, state, view),
        Stage::Drain => {
            let done = state.retired && state.new == state.replicas && !state.unsure.new && !state.unsure.share;
            let gone = view.old.total == 0 || state.unmoved >= plan.stop;
            let over = (done && gone) || state.in_stage >= plan.stop * 3;
            // The new version serves; an old instance that will not go is no reason to say otherwise.
            over.then_some(Stage::Done(Ending::Healthy))
        }
        Stage::RollBack => after_roll_back(plan, state, view),
        Stage::DrainCanary => after_drain_canary(plan, state, view),
        _ => None,
    }
}

fn after_bake(plan: &Plan, state: &State, view: &View) -> Option<Stage> {
    let settled = moves::forward(plan, state, view) == Move::Settled;
    let passed = settled && matches!(bake(plan, state, view), Bake::Pass);
    passed.then(|| match () {
        () if state.step + 1 < plan.steps.len() => Stage::Shift,
        () if plan.smoke => Stage::Smoke,
        () => Stage::Promote,
    })
}

fn after_roll_back(plan: &Plan, state: &State, view: &View) -> Option<Stage> {
    if moves::back(plan, state, view) == Move::Settled {
        return Some(Stage::DrainCanary);
    }
    if !state.is_late_back(plan) {
        return None;
    }
    if view.old.ready > 0 && state.share <= 0.0 && !state.unsure.share {
        return Some(Stage::DrainCanary);
    }
    // Neither works: nothing is stopped that still answers, and the rollout ends truthfully.
    let gave_up = state.in_stage >= plan.deadline;
    gave_up.then_some(if view.new.ready > 0 { Stage::Done(Ending::Failed) } else { Stage::DrainCanary })
}

fn after_drain_canary(plan: &Plan, state: &State, view: &View) -> Option<Stage> {
    let is_sure = state.unsure == Unsure::default();
    let restored = plan.from.is_none() || (state.old == state.before && state.share <= 0.0);
    let gone = view.new.total == 0 || state.unmoved >= plan.stop;
    // An engine that refuses for so long is not going to stop them; the traffic is back all the same.
    let over = (state.new == 0 && restored && is_sure && gone) || state.in_stage >= plan.deadline;
    let back = plan.from.is_some() && (view.old.ready > 0 || state.before == 0);
    over.then_some(Stage::Done(if back { Ending::RolledBack } else { Ending::Failed }))
}

/// What baking comes to at this moment.
pub(super) fn bake(plan: &Plan, state: &State, view: &View) -> Bake {
    if state.unjudged {
        return Bake::Pass;
    }
    if !plan.judged {
        return least(state, plan.settle, Bake::Pass);
    }
    if let Some(error) = &view.blind {
        return Bake::Wait(Wait::Evidence { error: error.clone() });
    }
    match &view.verdict {
        None => least(state, plan.bake, Bake::Wait(Wait::Requests { why: "none were counted yet".into() })),
        Some(Verdict::Promote) => least(state, plan.bake, Bake::Pass),
        Some(Verdict::Continue { why }) => least(state, plan.bake, Bake::Wait(Wait::Requests { why: why.clone() })),
        Some(Verdict::Hold { why }) => Bake::Wait(Wait::Recovery { why: why.clone() }),
        Some(Verdict::Abort { why }) => Bake::Fail(Cause::new(CauseKind::Judged, why.clone())),
        Some(Verdict::Insufficient { why }) => match plan.on_insufficient {
            OnInsufficient::Hold => Bake::Wait(Wait::Insufficient { why: why.clone() }),
            OnInsufficient::Promote => least(state, plan.bake, Bake::Pass),
            OnInsufficient::Rollback => Bake::Fail(Cause::new(
                CauseKind::Insufficient,
                format!("traffic did not suffice to judge `{}`: {why}", plan.to.name),
            )),
        },
    }
}

fn least(state: &State, least: Duration, then: Bake) -> Bake {
    if state.baked < least {
        return Bake::Wait(Wait::Bake { share: state.share, left: least - state.baked });
    }
    then
}

impl State {
    /// Whether going back takes so long that the old version cannot be expected to come up whole.
    pub(super) fn is_late_back(&self, plan: &Plan) -> bool {
        self.in_stage >= plan.start * 2 + plan.stop
    }

    /// Whether it must go back and the old version does not work either. One that was only just
    /// started again may take its time.
    pub(super) fn is_stuck(&self, plan: &Plan, view: &View) -> bool {
        let is_due = plan.way == Way::Beside || self.is_late_back(plan);
        self.stage == Stage::RollBack && plan.from.is_some() && view.old.ready == 0 && is_due
    }
}
