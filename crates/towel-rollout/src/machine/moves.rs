//! Which release is scaled and which share is moved next, so that capacity always comes first.

use super::effect::{Effect, Side};
use super::{Group, Plan, State, View, Wait, Way};

/// Floats that differ by less are the same share.
const SAME: f64 = 1e-9;

/// What a stage that moves instances or traffic does next.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Move {
    Do(Effect),
    Wait(Wait),
    Settled,
}

/// Brings up the new release's first instances; they get no traffic yet.
pub(super) fn start(plan: &Plan, state: &State, view: &View) -> Move {
    if let Some(again) = again(state) {
        return again;
    }
    match plan.way {
        Way::Instead => start_instead(plan, state, view),
        Way::Beside => start_beside(plan, state, view),
    }
}

/// Moves traffic to the share of the state's step.
pub(super) fn forward(plan: &Plan, state: &State, view: &View) -> Move {
    if let Some(again) = again(state) {
        return again;
    }
    let target = state.target(plan);
    if plan.way == Way::Instead {
        return if same(state.share, target) { Move::Settled } else { split(target) };
    }
    let exchange = Exchange {
        gaining: Party { wanted: state.new, seen: view.new },
        losing: Party { wanted: state.old, seen: view.old },
        share: state.share,
        target,
        replicas: state.replicas.max(1),
        limit: limit(plan, state),
    };
    exchange.name(plan, Side::New, exchange.act(Pace::RoomFirst))
}

/// Moves all traffic back to the old release.
pub(super) fn back(plan: &Plan, state: &State, view: &View) -> Move {
    if plan.way == Way::Instead {
        return back_instead(plan, state, view);
    }
    // Where nobody knows what the gateway does, the worst is assumed.
    let share = if state.unsure.share { 1.0 } else { state.share };
    // The old release was never made smaller than the traffic it can carry: no need to wait.
    if !state.thinned && view.old.ready > 0 && share > 0.0 {
        return split(0.0);
    }
    if state.unsure.old {
        return scale(Side::Old, state.old);
    }
    let exchange = Exchange {
        gaining: Party { wanted: state.old, seen: view.old },
        losing: Party { wanted: state.new, seen: view.new },
        share: 1.0 - share,
        target: 1.0,
        replicas: state.before.max(1),
        limit: limit(plan, state),
    };
    if !state.thinned && same(share, 0.0) {
        return Move::Settled;
    }
    exchange.name(plan, Side::Old, exchange.act(Pace::TrafficFirst))
}

/// What was attempted and not confirmed is asked for again before anything builds on it.
pub(super) fn again(state: &State) -> Option<Move> {
    match state.unsure {
        unsure if unsure.share => Some(split(state.share)),
        unsure if unsure.new => Some(scale(Side::New, state.new)),
        unsure if unsure.old => Some(scale(Side::Old, state.old)),
        _ => None,
    }
}

fn start_instead(plan: &Plan, state: &State, view: &View) -> Move {
    if state.old > 0 {
        return scale(Side::Old, 0);
    }
    // Once the new ones are wished for, the old ones were gone before: no second look.
    if view.old.total > 0 && state.new == 0 && state.unmoved < plan.stop {
        return drained(plan, Side::Old, 0, view.old.total);
    }
    bring_up(plan, Side::New, state.new, state.replicas, view.new)
}

fn start_beside(plan: &Plan, state: &State, view: &View) -> Move {
    if state.new == 0 {
        let goal = needed(state.target(plan), state.replicas.max(1));
        let room = limit(plan, state).saturating_sub(view.old.total.max(state.old) + view.new.total);
        if room == 0 {
            return drained(plan, Side::Old, state.old, view.old.total);
        }
        return scale(Side::New, goal.min(room));
    }
    bring_up(plan, Side::New, state.new, state.new, view.new)
}

fn back_instead(plan: &Plan, state: &State, view: &View) -> Move {
    // Where the old one still stands whole, nothing has been touched yet.
    if state.new > 0 || state.unsure.new {
        return scale(Side::New, 0);
    }
    if view.new.total > 0 && state.unmoved < plan.stop {
        return drained(plan, Side::New, 0, view.new.total);
    }
    if plan.from.is_none() {
        return Move::Settled;
    }
    if state.share > 0.0 || state.unsure.share {
        return split(0.0);
    }
    if state.unsure.old {
        return scale(Side::Old, state.before);
    }
    bring_up(plan, Side::Old, state.old, state.before, view.old)
}

fn bring_up(plan: &Plan, side: Side, wished: u32, wanted: u32, seen: Group) -> Move {
    if wished < wanted {
        return scale(side, wanted);
    }
    if seen.ready < wanted {
        return ready(plan, side, seen.ready, wanted);
    }
    Move::Settled
}

/// One release gains share, the other loses it.
struct Exchange {
    gaining: Party,
    losing: Party,
    /// The gaining one's share now.
    share: f64,
    /// The gaining one's share in the end.
    target: f64,
    replicas: u32,
    limit: u32,
}

struct Party {
    wanted: u32,
    seen: Group,
}

/// What is done first when both are possible.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// Start instances: the losing release carries its traffic well meanwhile.
    RoomFirst,
    /// Move traffic: the losing release is the broken one.
    TrafficFirst,
}

#[derive(Clone, Copy)]
enum Act {
    Grow(u32),
    Share(f64),
    Shrink(u32),
    AwaitReady(u32),
    AwaitDrained,
    Settled,
}

impl Exchange {
    fn act(&self, pace: Pace) -> Act {
        let goal = needed(self.target, self.replicas);
        if self.gaining.seen.ready >= goal && self.gaining.wanted >= goal {
            return if same(self.share, self.target) { Act::Settled } else { Act::Share(self.target) };
        }
        // What the ready ones can carry already.
        let able = self.target.min(f64::from(self.gaining.seen.ready) / f64::from(self.replicas));
        let can_take = able > self.share + SAME;
        if pace == Pace::TrafficFirst && can_take {
            return Act::Share(able);
        }
        if self.gaining.wanted >= goal {
            return Act::AwaitReady(goal);
        }
        let room = self.room();
        if room > 0 {
            return Act::Grow(goal.min(self.gaining.wanted + room));
        }
        if can_take {
            return Act::Share(able);
        }
        let kept = needed(1.0 - self.share, self.replicas);
        if self.losing.wanted > kept {
            let missing = goal - self.gaining.wanted;
            return Act::Shrink(kept.max(self.losing.wanted.saturating_sub(missing)));
        }
        if self.losing.seen.total > self.losing.wanted {
            return Act::AwaitDrained;
        }
        Act::AwaitReady(self.gaining.wanted)
    }

    fn room(&self) -> u32 {
        let seen = self.gaining.seen.total + self.losing.seen.total;
        let wanted = self.gaining.wanted + self.losing.wanted;
        self.limit.saturating_sub(seen.max(wanted))
    }

    /// Names the act from the rollout's point of view.
    fn name(&self, plan: &Plan, gaining: Side, act: Act) -> Move {
        let losing = if gaining == Side::New { Side::Old } else { Side::New };
        match act {
            Act::Grow(to) => scale(gaining, to),
            Act::Shrink(to) => scale(losing, to),
            Act::Share(share) => split(if gaining == Side::New { share } else { 1.0 - share }),
            Act::AwaitReady(wanted) => ready(plan, gaining, self.gaining.seen.ready, wanted),
            Act::AwaitDrained => drained(plan, losing, self.losing.wanted, self.losing.seen.total),
            Act::Settled => Move::Settled,
        }
    }
}

/// Instances that carry a share of the traffic for which `replicas` are meant.
pub(super) fn needed(share: f64, replicas: u32) -> u32 {
    let exact = share * f64::from(replicas) - SAME;
    // Shares lie between 0 and 1, so the result lies between 0 and `replicas`.
    (1..=replicas).take_while(|count| f64::from(count - 1) < exact).count() as u32
}

/// Most instances of both releases. Without any surge nothing could ever start beside the old
/// release, so one is always granted; `recreate` is the way that needs none.
fn limit(plan: &Plan, state: &State) -> u32 {
    state.replicas.max(state.before).max(1) + plan.surge.max(1)
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < SAME
}

fn scale(side: Side, to: u32) -> Move {
    Move::Do(Effect::Scale { side, to })
}

fn split(share: f64) -> Move {
    // Sums of thirds leave dust that would look like a share.
    Move::Do(Effect::Split { share: if share < SAME { 0.0 } else { share } })
}

fn ready(plan: &Plan, side: Side, ready: u32, wanted: u32) -> Move {
    Move::Wait(Wait::Ready { version: name(plan, side), ready, wanted })
}

fn drained(plan: &Plan, side: Side, wanted: u32, total: u32) -> Move {
    Move::Wait(Wait::Drained { version: name(plan, side), wanted, total })
}

fn name(plan: &Plan, side: Side) -> String {
    match side {
        Side::Old => plan.old_name().to_owned(),
        Side::New => plan.to.name.clone(),
    }
}
