//! The machine in a small world of its own, where anything may fail at any time.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use towel_engine::{Phase, ReleaseId};
use towel_model::OnInsufficient;

use super::moves::needed;
use super::*;
use crate::fake::Random;
use crate::judge::Verdict;

const SECOND: Duration = Duration::from_secs(1);
/// A rollout that lasts longer than this many seconds hangs.
const FOR_EVER: u32 = 2000;

pub(super) fn plan(way: Way, replicas: u32, surge: u32) -> Plan {
    let version = |release, name: &str| Version { release: ReleaseId(release), name: name.into() };
    Plan {
        service: "api".into(),
        kind: Kind::Deploy,
        way,
        from: Some(version(1, "v1")),
        to: version(2, "v2"),
        traffic: true,
        judged: way == Way::Beside,
        steps: if way == Way::Beside { vec![0.1, 0.5, 1.0] } else { vec![1.0] },
        bake: SECOND * 5,
        settle: SECOND * 3,
        deadline: SECOND * 300,
        start: SECOND * 10,
        stop: SECOND * 20,
        replicas,
        surge,
        backup: true,
        hooks: 2,
        smoke: true,
        on_insufficient: OnInsufficient::Hold,
        freezes: Vec::new(),
    }
}

/// One instance in the small world.
#[derive(Debug, Clone)]
struct Body {
    id: String,
    ready_in: Option<u32>,
    drains_in: Option<u32>,
    restarts: u32,
}

#[derive(Debug, Clone, Default)]
struct Herd {
    bodies: Vec<Body>,
    wish: u32,
    born: u32,
}

/// How likely things go wrong in this world.
#[derive(Debug, Clone, Copy)]
struct Temper {
    effect_fails: f64,
    crash: f64,
    never_ready: f64,
    old_never_ready: f64,
    dies: f64,
    aborts: f64,
    holds: f64,
    order: f64,
}

struct World {
    random: Random,
    temper: Temper,
    plan: Plan,
    old: Herd,
    new: Herd,
    share: f64,
    promoted: bool,
    /// The most replicas that were ever asked for: who scales down meanwhile leaves the others to drain.
    most: u32,
}

impl World {
    fn new(plan: Plan, temper: Temper, seed: u64) -> Self {
        let mut old = Herd::default();
        if plan.from.is_some() {
            old.grow_to(plan.replicas, "old", |_| Some(0));
        }
        let most = plan.replicas;
        World { random: Random::new(seed), temper, plan, old, new: Herd::default(), share: 0.0, promoted: false, most }
    }

    fn view(&mut self, passed: Duration) -> View {
        let sight = |body: &Body| Sight {
            id: body.id.clone(),
            phase: if body.is_ready() { Phase::Ready } else { Phase::Starting },
            reason: String::new(),
            restarts: body.restarts,
            answer: Some("GET /ready answered 503".into()),
            exit: None,
            lines: Vec::new(),
        };
        let verdict = match self.random.unit() {
            chance if chance < self.temper.aborts => Verdict::Abort { why: "it fails".into() },
            chance if chance < self.temper.aborts + self.temper.holds => Verdict::Hold { why: "both fail".into() },
            chance if chance < 0.5 => Verdict::Continue { why: "few requests".into() },
            _ => Verdict::Promote,
        };
        View {
            passed,
            old: self.old.group(),
            new: self.new.group(),
            instances: self.new.bodies.iter().filter(|body| body.drains_in.is_none()).map(sight).collect(),
            verdict: Some(verdict),
            blind: None,
            frozen: None,
        }
    }

    fn tick(&mut self) {
        for herd in [&mut self.old, &mut self.new] {
            herd.bodies.retain(|body| body.drains_in != Some(0));
            for body in &mut herd.bodies {
                body.ready_in = body.ready_in.map(|left| left.saturating_sub(1));
                body.drains_in = body.drains_in.map(|left| left.saturating_sub(1));
            }
        }
        if self.random.chance(self.temper.dies)
            && let Some(body) = self.new.bodies.first_mut()
        {
            body.restarts += 1;
            body.ready_in = Some(2);
        }
    }

    fn carry(&mut self, effect: &Effect) {
        match effect {
            Effect::Scale { side: Side::Old, to } => self.scale_old(*to),
            Effect::Scale { side: Side::New, to } => {
                let (random, temper) = (&mut self.random, self.temper);
                self.new.resize(*to, "new", |_| (!random.chance(temper.never_ready)).then(|| random.bits() as u32 % 6));
            }
            Effect::Split { share } => self.share = *share,
            Effect::Promote => self.promoted = true,
            Effect::Retire => self.scale_old(0),
            Effect::Preflight | Effect::Backup | Effect::Hook { .. } | Effect::Smoke => {}
        }
    }

    fn scale_old(&mut self, to: u32) {
        let (random, temper) = (&mut self.random, self.temper);
        self.old.resize(to, "old", |_| (!random.chance(temper.old_never_ready)).then(|| random.bits() as u32 % 6));
    }
}

impl Body {
    fn is_ready(&self) -> bool {
        self.ready_in == Some(0) && self.drains_in.is_none()
    }
}

impl Herd {
    fn group(&self) -> Group {
        let ready = self.bodies.iter().filter(|body| body.is_ready()).count();
        Group { ready: ready as u32, total: self.bodies.len() as u32 }
    }

    fn staying(&self) -> u32 {
        self.bodies.iter().filter(|body| body.drains_in.is_none()).count() as u32
    }

    fn resize(&mut self, to: u32, name: &str, ready_in: impl FnMut(u32) -> Option<u32>) {
        let surplus = self.staying().saturating_sub(to) as usize;
        let staying = self.bodies.iter_mut().rev().filter(|body| body.drains_in.is_none());
        staying.take(surplus).for_each(|body| body.drains_in = Some(3));
        self.grow_to(to, name, ready_in);
    }

    fn grow_to(&mut self, to: u32, name: &str, mut ready_in: impl FnMut(u32) -> Option<u32>) {
        self.wish = to;
        while self.staying() < to {
            self.born += 1;
            let (id, ready_in) = (format!("{name}-{}", self.born), ready_in(self.born));
            self.bodies.push(Body { id, ready_in, drains_in: None, restarts: 0 });
        }
    }
}

/// Plays a rollout in the world; says how it ended and in which state.
fn play(world: &mut World) -> Result<(Outcome, State), TestCaseError> {
    let plan = world.plan.clone();
    let mut state = State::new(&plan, world.old.wish);
    for second in 0..FOR_EVER {
        let mut view = world.view(SECOND);
        state = step(&plan, &state, &view, &Event::Seen);
        if world.random.chance(world.temper.order) {
            let order = order(&mut world.random);
            state = step(&plan, &state, &view, &Event::Order(order));
            world.most = world.most.max(state.replicas);
        }
        let mut effects = 0;
        loop {
            match next(&plan, &state, &view) {
                Next::End(outcome) => return Ok((outcome, state)),
                Next::Wait(wait) => {
                    prop_assert!(!wait.to_string().is_empty());
                    break;
                }
                Next::Do(effect) => {
                    effects += 1;
                    prop_assert!(effects < 100, "it spins at {effect:?} in second {second}: {state:?}");
                    state = act(world, &plan, &state, &view, &effect)?;
                    // The journal is all that a restarted driver has.
                    state = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
                    view = world.view(Duration::ZERO);
                }
            }
        }
        world.tick();
    }
    Err(TestCaseError::fail(format!("it hangs: {state:?}")))
}

fn order(random: &mut Random) -> Order {
    match random.bits() % 4 {
        0 => Order::Abort { by: "ada".into() },
        1 => Order::Supersede { version: "v3".into() },
        2 => Order::PromoteNow,
        _ => Order::Scale(1 + random.bits() as u32 % 4),
    }
}

/// Carries an effect out, or half of it, or dies before, amid or after it.
fn act(world: &mut World, plan: &Plan, state: &State, view: &View, effect: &Effect) -> Result<State, TestCaseError> {
    let mut state = state.clone();
    if world.random.chance(world.temper.crash) {
        return Ok(state.resumed(plan));
    }
    check_capacity(world, plan, &state, view, effect)?;
    state.attempt(effect);
    let fails = world.random.chance(world.temper.effect_fails);
    let is_done = !fails || world.random.chance(0.5);
    if is_done {
        world.carry(effect);
        check_room(world, plan, &state)?;
    }
    if world.random.chance(world.temper.crash) {
        return Ok(state.resumed(plan));
    }
    let result = if fails { Err(Fault { message: "no".into(), permanent: false }) } else { Ok(()) };
    Ok(step(plan, &state, view, &Event::Carried(effect.clone(), result)))
}

/// Never more than the surge above; instead means never both at once.
fn check_room(world: &World, plan: &Plan, state: &State) -> Result<(), TestCaseError> {
    let total = world.old.group().total + world.new.group().total;
    let most = world.most + plan.surge.max(1);
    match plan.way {
        Way::Beside => prop_assert!(total <= most, "{total} instances, {most} allowed: {state:?}"),
        Way::Instead => {
            let both = world.old.staying() > 0 && world.new.staying() > 0;
            prop_assert!(!both || state.stage == Stage::Drain, "both run: {state:?}");
        }
    }
    Ok(())
}

/// No effect takes away what the traffic of the moment needs.
fn check_capacity(
    world: &World,
    plan: &Plan,
    state: &State,
    view: &View,
    effect: &Effect,
) -> Result<(), TestCaseError> {
    let going_on_late = matches!(state.stage, Stage::RollBack | Stage::DrainCanary);
    if plan.way == Way::Instead || world.temper.order > 0.0 {
        return Ok(());
    }
    let replicas = plan.replicas;
    match effect {
        Effect::Scale { side: Side::Old, to } => {
            let needed = needed(1.0 - world.share, replicas);
            prop_assert!(*to >= needed || *to >= world.old.wish, "old to {to}, {needed} needed: {state:?}");
        }
        Effect::Scale { side: Side::New, to } if *to < world.new.wish && !going_on_late => {
            let needed = needed(world.share, replicas);
            prop_assert!(*to >= needed, "new to {to}, {needed} needed: {state:?}");
        }
        Effect::Split { share } if *share > world.share + 1e-9 && !state.unsure.share => {
            let needed = needed(*share, replicas);
            prop_assert!(view.new.ready >= needed, "{share} to {} ready: {state:?}", view.new.ready);
        }
        _ => {}
    }
    Ok(())
}

fn check_end(world: &World, outcome: &Outcome, state: &State) -> Result<(), TestCaseError> {
    match outcome {
        Outcome::Healthy => {
            prop_assert!(world.promoted);
            prop_assert_eq!((world.old.wish, world.new.wish, world.share), (0, state.replicas, 1.0));
        }
        Outcome::RolledBack { cause } => {
            prop_assert!(!world.promoted && world.plan.from.is_some());
            prop_assert_eq!((world.old.wish, world.new.wish, world.share), (state.before, 0, 0.0));
            prop_assert!(!cause.message.is_empty());
        }
        Outcome::Failed { cause } if world.plan.from.is_none() => {
            prop_assert!(!world.promoted && !cause.message.is_empty());
            prop_assert_eq!(world.new.wish, 0);
        }
        Outcome::Failed { cause } => {
            prop_assert!(!world.promoted && !cause.message.is_empty());
            let untouched = world.new.born == 0 && world.share == 0.0 && world.old.wish >= 1;
            let both = cause.kind == CauseKind::BothUnhealthy;
            prop_assert!(untouched || both, "{cause}: {state:?}");
        }
    }
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    // A fixed seed: every run of the tests plays the same worlds.
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(42), ..ProptestConfig::default() }
}

fn calm() -> Temper {
    Temper {
        effect_fails: 0.0,
        crash: 0.0,
        never_ready: 0.0,
        old_never_ready: 0.0,
        dies: 0.0,
        aborts: 0.0,
        holds: 0.0,
        order: 0.0,
    }
}

prop_compose! {
    fn plans()(beside in any::<bool>(), replicas in 1_u32..6, surge in 0_u32..4, first in prop::bool::weighted(0.1),
               traffic in prop::bool::weighted(0.8), smoke in any::<bool>(), backup in any::<bool>()) -> Plan {
        let mut plan = plan(if beside && !first { Way::Beside } else { Way::Instead }, replicas, surge);
        plan.judged &= traffic;
        plan.smoke = smoke && traffic;
        plan.backup = backup;
        plan.traffic = traffic;
        if first { plan.from = None; }
        if !plan.judged { plan.steps = vec![1.0]; }
        plan
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn in_a_calm_world_every_plan_ends_healthy(plan in plans(), seed in any::<u64>()) {
        let mut world = World::new(plan, calm(), seed);
        let (outcome, state) = play(&mut world)?;
        prop_assert_eq!(&outcome, &Outcome::Healthy);
        check_end(&world, &outcome, &state)?;
    }

    #[test]
    fn whatever_fails_capacity_is_kept_and_it_ends_truthfully(
        plan in plans(), seed in any::<u64>(), effect_fails in 0.0..0.4_f64, crash in 0.0..0.2_f64,
        never_ready in 0.0..0.3_f64, dies in 0.0..0.05_f64, aborts in 0.0..0.1_f64, holds in 0.0..0.2_f64,
    ) {
        let temper = Temper { effect_fails, crash, never_ready, dies, aborts, holds, ..calm() };
        let mut world = World::new(plan, temper, seed);
        let (outcome, state) = play(&mut world)?;
        check_end(&world, &outcome, &state)?;
    }

    #[test]
    fn whatever_is_ordered_it_ends_truthfully(
        plan in plans(), seed in any::<u64>(), effect_fails in 0.0..0.3_f64, crash in 0.0..0.1_f64,
        never_ready in 0.0..0.2_f64, old_never_ready in 0.0..0.5_f64, dies in 0.0..0.05_f64, order in 0.0..0.2_f64,
    ) {
        let temper = Temper { effect_fails, crash, never_ready, old_never_ready, dies, order, ..calm() };
        let mut world = World::new(plan, temper, seed);
        let (outcome, state) = play(&mut world)?;
        check_end(&world, &outcome, &state)?;
    }
}
