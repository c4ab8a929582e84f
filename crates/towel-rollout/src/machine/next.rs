//! What a rollout does next, or why it waits.

use super::advance::{Bake, bake};
use super::moves::{self, Move};
use super::wait::Wait;
use super::{Effect, Outcome, Plan, Side, Stage, State, View};

/// What a rollout does next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Carry this out, then tell the machine how it went.
    Do(Effect),
    /// Nothing to do until the world changes.
    Wait(Wait),
    /// It has ended.
    End(Outcome),
}

/// What the rollout does next. Reads only; whatever it says may be repeated.
pub fn next(plan: &Plan, state: &State, view: &View) -> Next {
    if let Some(outcome) = state.outcome() {
        return Next::End(outcome);
    }
    if let Some(retry) = state.retry.as_ref().filter(|retry| !retry.left.is_zero()) {
        return Next::Wait(Wait::Retry { doing: retry.doing.clone(), error: retry.error.clone() });
    }
    if let (true, Some(Move::Do(effect))) = (state.is_forward(), moves::again(state)) {
        return Next::Do(effect);
    }
    match state.stage {
        Stage::Preflight => Next::Do(Effect::Preflight),
        Stage::Backup => Next::Do(Effect::Backup),
        Stage::Before(index) => Next::Do(Effect::Hook { index }),
        // Smoked before the first share: what the smoke finds costs no user an error.
        Stage::Start => carry_or(moves::start(plan, state, view), || Next::Do(Effect::Smoke)),
        Stage::Shift => carry_or(moves::forward(plan, state, view), || rest(plan, state)),
        Stage::Bake => carry_or(moves::forward(plan, state, view), || at_bake(plan, state, view)),
        Stage::Smoke => Next::Do(Effect::Smoke),
        Stage::Promote => Next::Do(Effect::Promote),
        Stage::Drain => drain(plan, state, view),
        Stage::RollBack => roll_back(plan, state, view),
        Stage::DrainCanary => drain_canary(plan, state, view),
        Stage::Done(_) => rest(plan, state),
    }
}

fn carry_or(next: Move, settled: impl FnOnce() -> Next) -> Next {
    match next {
        Move::Do(effect) => Next::Do(effect),
        Move::Wait(wait) => Next::Wait(wait),
        Move::Settled => settled(),
    }
}

/// The world moved on between a step and this look; the next step catches up.
fn rest(plan: &Plan, state: &State) -> Next {
    Next::Wait(Wait::Ready { version: plan.to.name.clone(), ready: state.new, wanted: state.new })
}

fn at_bake(plan: &Plan, state: &State, view: &View) -> Next {
    match bake(plan, state, view) {
        Bake::Wait(wait) => Next::Wait(wait),
        Bake::Pass | Bake::Fail(_) => rest(plan, state),
    }
}

fn drain(plan: &Plan, state: &State, view: &View) -> Next {
    if state.unsure.share {
        return Next::Do(Effect::Split { share: state.share });
    }
    if state.unsure.new {
        return Next::Do(Effect::Scale { side: Side::New, to: state.new });
    }
    if !state.retired {
        return Next::Do(Effect::Retire);
    }
    // Whoever scaled up meanwhile gets the rest once the old ones have made room.
    let has_room = view.old.total == 0 || state.new > state.replicas || state.unmoved >= plan.stop;
    if state.new != state.replicas && has_room {
        return Next::Do(Effect::Scale { side: Side::New, to: state.replicas });
    }
    let version = plan.old_name().to_owned();
    Next::Wait(Wait::Drained { version, wanted: 0, total: view.old.total })
}

fn roll_back(plan: &Plan, state: &State, view: &View) -> Next {
    let late = state.is_late_back(plan);
    if late && (state.share > 0.0 || state.unsure.share) && view.old.ready > 0 {
        // Too few of the old instances are better than the version that failed.
        return Next::Do(Effect::Split { share: 0.0 });
    }
    match moves::back(plan, state, view) {
        Move::Do(effect) => Next::Do(effect),
        Move::Settled => rest(plan, state),
        Move::Wait(wait) => Next::Wait(if state.is_stuck(plan, view) {
            let cause = state.cause.as_ref().map(ToString::to_string).unwrap_or_default();
            Wait::OldUnhealthy { version: plan.old_name().to_owned(), cause }
        } else {
            wait
        }),
    }
}

fn drain_canary(plan: &Plan, state: &State, view: &View) -> Next {
    if plan.from.is_some() && (state.share > 0.0 || state.unsure.share) {
        return Next::Do(Effect::Split { share: 0.0 });
    }
    if state.new > 0 || state.unsure.new {
        return Next::Do(Effect::Scale { side: Side::New, to: 0 });
    }
    if view.new.total > 0 && state.unmoved < plan.stop {
        return Next::Wait(Wait::Drained { version: plan.to.name.clone(), wanted: 0, total: view.new.total });
    }
    // Only a `scale` underway, or an attempt that nobody knows the end of, leaves this to do.
    if plan.from.is_some() && (state.old != state.before || state.unsure.old) {
        return Next::Do(Effect::Scale { side: Side::Old, to: state.before });
    }
    rest(plan, state)
}
