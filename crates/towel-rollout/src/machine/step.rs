//! How a rollout's state follows what happened.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::advance::{Bake, advance, bake};
use super::state::Retry;
use super::watch::watch;
use super::{Cause, CauseKind, Effect, Ending, Fault, Next, Plan, Side, Stage, State, View, next};

/// Tries of what may fail by bad luck, before it counts as failed.
const TRIES: u32 = 3;
/// Pauses between tries grow up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An effect was carried out, or failed.
    Carried(Effect, Result<(), Fault>),
    /// The world was looked at.
    Seen,
    /// A person, or a newer deploy, wants something.
    Order(Order),
}

/// What a person, or a newer deploy, wants of a running rollout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Go back.
    Abort {
        /// Who says so.
        by: String,
    },
    /// Go back, a newer deploy takes its place.
    Supersede {
        /// The newer version.
        version: String,
    },
    /// Promote without a verdict.
    PromoteNow,
    /// So many instances from now on.
    Scale(u32),
}

/// The state after the event; `view` is the latest look at the world.
pub fn step(plan: &Plan, state: &State, view: &View, event: &Event) -> State {
    let mut state = state.clone();
    if matches!(state.stage, Stage::Done(_)) {
        return state;
    }
    match event {
        Event::Carried(effect, Ok(())) => carried(plan, &mut state, effect),
        Event::Carried(effect, Err(fault)) => failed(&mut state, effect, fault),
        Event::Seen => seen(plan, &mut state, view),
        Event::Order(order) => ordered(plan, &mut state, view, order),
    }
    let was_going_back = matches!(state.stage, Stage::RollBack | Stage::DrainCanary);
    advance(plan, &mut state, view);
    if was_going_back && plan.from.is_some() && state.stage == Stage::Done(Ending::Failed) {
        blame_both(plan, &mut state);
    }
    state
}

fn carried(plan: &Plan, state: &mut State, effect: &Effect) {
    state.retry = None;
    state.unmoved = Duration::ZERO;
    match (effect, state.stage) {
        (Effect::Preflight, _) if plan.backup => state.enter(Stage::Backup),
        (Effect::Preflight | Effect::Backup, _) => enter_before(plan, state, 0),
        (Effect::Hook { index }, _) => enter_before(plan, state, index + 1),
        (Effect::Scale { side, .. }, _) => {
            state.attempt(effect);
            match side {
                Side::Old => state.unsure.old = false,
                Side::New => state.unsure.new = false,
            }
        }
        (Effect::Split { .. }, _) => {
            state.attempt(effect);
            state.unsure.share = false;
        }
        (Effect::Smoke, Stage::Start) => state.smoked = true,
        (Effect::Smoke, _) => state.enter(Stage::Promote),
        (Effect::Promote, _) => state.enter(Stage::Drain),
        (Effect::Retire, _) => {
            state.old = 0;
            state.retired = true;
        }
    }
}

fn enter_before(plan: &Plan, state: &mut State, index: usize) {
    state.enter(if index < plan.hooks { Stage::Before(index) } else { Stage::Start });
}

fn failed(state: &mut State, effect: &Effect, fault: &Fault) {
    let tries = state.retry.as_ref().map_or(0, |retry| retry.tries) + 1;
    let kind = match effect {
        Effect::Preflight => CauseKind::Preflight,
        Effect::Backup => CauseKind::Backup,
        Effect::Hook { .. } => CauseKind::Hook,
        Effect::Smoke => CauseKind::Smoke,
        _ => CauseKind::Refused,
    };
    let hopeless = match effect {
        // Half a backup or half a migration is not made better by another half.
        Effect::Backup | Effect::Hook { .. } => true,
        Effect::Preflight | Effect::Smoke => fault.permanent || tries >= TRIES,
        _ => fault.permanent,
    };
    if hopeless && state.is_forward() {
        return fail(state, Cause::new(kind, fault.message.clone()));
    }
    let pause = Duration::from_millis(250) * 2_u32.pow(tries.min(8));
    state.retry =
        Some(Retry { doing: effect.to_string(), error: fault.message.clone(), tries, left: pause.min(LONGEST_PAUSE) });
}

fn seen(plan: &Plan, state: &mut State, view: &View) {
    tick(plan, state, view);
    if !state.is_forward() {
        return;
    }
    if let Some(cause) = reason_to_go_back(plan, state, view) {
        fail(state, cause);
    }
}

fn tick(plan: &Plan, state: &mut State, view: &View) {
    state.elapsed += view.passed;
    state.in_stage += view.passed;
    state.unmoved += view.passed;
    if let Some(retry) = &mut state.retry {
        retry.left = retry.left.saturating_sub(view.passed);
    }
    let is_blind =
        plan.judged && (view.blind.is_some() || view.verdict.as_ref().is_some_and(|verdict| verdict.is_hold()));
    if state.stage == Stage::Bake && !is_blind {
        state.baked += view.passed;
    }
}

fn reason_to_go_back(plan: &Plan, state: &mut State, view: &View) -> Option<Cause> {
    if let Some(cause) = watch(plan, state, view) {
        return Some(cause);
    }
    if let (Stage::Bake, Bake::Fail(cause)) = (state.stage, bake(plan, state, view)) {
        return Some(cause);
    }
    if let Some(freeze) = &view.frozen {
        let message = format!("{freeze} began while `{}` was being shipped", plan.to.name);
        return Some(Cause::new(CauseKind::Frozen, message));
    }
    (state.elapsed >= plan.deadline).then(|| {
        let doing = match next(plan, state, view) {
            Next::Wait(wait) => format!("it was waiting for {wait}"),
            Next::Do(effect) => format!("it was at {effect}"),
            Next::End(_) => "it was at its end".to_owned(),
        };
        let minutes = plan.deadline.as_secs_f64() / 60.0;
        Cause::new(CauseKind::Deadline, format!("the deadline of {minutes:.1} min passed; {doing}"))
    })
}

fn ordered(plan: &Plan, state: &mut State, view: &View, order: &Order) {
    match order {
        Order::Abort { by } if state.is_forward() => {
            fail(state, Cause::new(CauseKind::Aborted, format!("aborted by {by}")));
        }
        Order::Supersede { version } if state.is_forward() => {
            let message = format!("superseded by the deploy of `{version}`");
            fail(state, Cause::new(CauseKind::Superseded, message));
        }
        // Held because neither version works: the newer one may be the cure, so it is let in.
        Order::Supersede { .. } if state.is_stuck(plan, view) => {
            state.enter(Stage::Done(Ending::Failed));
            blame_both(plan, state);
        }
        Order::PromoteNow => state.unjudged = true,
        Order::Scale(replicas) => {
            state.replicas = *replicas;
            if plan.from.is_some() {
                state.before = *replicas;
            }
        }
        Order::Abort { .. } | Order::Supersede { .. } => {}
    }
}

fn fail(state: &mut State, cause: Cause) {
    let before_start = state.is_before_start();
    state.cause = Some(cause);
    state.enter(if before_start { Stage::Done(Ending::Failed) } else { Stage::RollBack });
}

fn blame_both(plan: &Plan, state: &mut State) {
    let cause = state.cause.take().unwrap_or_else(Cause::unknown);
    let old = plan.old_name();
    let message = format!("{cause}; and `{old}`, to which it should go back, is not ready either");
    state.cause = Some(Cause::new(CauseKind::BothUnhealthy, message));
}
