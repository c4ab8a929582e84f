//! The driver dies, or a call fails, at every single step (scenarios 1, 2, 3, 14).

use std::time::Duration;

use towel_engine::fake::{Behaviour, Call, Failure};
use towel_model::{Service, Strategy};

use super::bench::{Bench, canary, service, smoke};
use crate::fake::{Fate, TrafficCall};
use crate::journal::EventKind;
use crate::machine::Outcome;
use crate::traffic::TrafficError;

/// A kind of rollout that is broken off at every point.
#[derive(Clone, Copy)]
struct Play {
    service: fn() -> Service,
    is_good: bool,
    spoil: fn(&Bench),
}

fn full() -> Service {
    let mut service = canary();
    service.rollout.smoke = vec![smoke()];
    service.rollout.before = vec![super::bench::hook("./migrate")];
    service
}

fn rolling() -> Service {
    service(Strategy::Rolling)
}

fn recreate() -> Service {
    service(Strategy::Recreate)
}

const PLAYS: [Play; 7] = [
    Play { service: full, is_good: true, spoil: |_| {} },
    Play { service: full, is_good: false, spoil: |bench| bench.traffic.decide("v2", Fate::failing(0.4)) },
    Play { service: full, is_good: false, spoil: |bench| bench.engine.script("api", "v2", Behaviour::NeverReady) },
    Play { service: rolling, is_good: true, spoil: |_| {} },
    Play { service: rolling, is_good: false, spoil: |bench| bench.engine.script("api", "v2", Behaviour::NeverReady) },
    Play { service: recreate, is_good: true, spoil: |_| {} },
    Play { service: recreate, is_good: false, spoil: |bench| bench.engine.script("api", "v2", Behaviour::ExitsAtOnce) },
];

impl Play {
    async fn bench(&self) -> Bench {
        let bench = Bench::new((self.service)()).await;
        bench.engine.drain_takes(Duration::from_secs(2));
        (self.spoil)(&bench);
        bench
    }

    fn check(&self, bench: &Bench, outcome: &Outcome, broken_off: &str) {
        let strategy = bench.stack.services[0].rollout.strategy.value;
        match outcome {
            Outcome::Healthy => {
                assert!(self.is_good, "{broken_off}");
                bench.assert_shipped("v2");
            }
            Outcome::RolledBack { .. } => {
                assert!(!self.is_good, "{broken_off}: {outcome:?}");
                bench.assert_back("v2");
            }
            Outcome::Failed { .. } => panic!("{broken_off}: {outcome:?}"),
        }
        let most = if strategy == Strategy::Recreate { 3 } else { 4 };
        assert!(bench.engine.most_instances("api") <= most, "{broken_off}: {}", bench.engine.most_instances("api"));
        if strategy != Strategy::Recreate {
            assert_eq!(bench.traffic.unanswered("api"), 0, "{broken_off}");
        }
    }
}

/// How many points a play passes, or calls it makes, when nothing is broken off.
async fn length(play: Play) -> (usize, usize, usize) {
    let bench = play.bench().await;
    let (calls, splits) = (bench.engine.calls().len(), bench.traffic.splits().len());
    let outcome = bench.ship("v2").await;
    play.check(&bench, &outcome, "undisturbed");
    let points = bench.driver.trap.passed().len();
    assert!(points >= 12, "{points}");
    (points, bench.engine.calls().len() - calls, bench.traffic.splits().len() - splits)
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_point_every_rollout_ends_as_it_would_have() {
    for (number, play) in PLAYS.into_iter().enumerate() {
        let (points, ..) = length(play).await;
        for point in 0..points {
            let mut bench = play.bench().await;
            bench.driver.trap.arm(point);
            let id = bench.deploy("v2").await;
            let has_ended = |bench: &Bench| bench.journal.rollout(id).unwrap().unwrap().outcome.is_some();
            bench.until(|bench| bench.driver.trap.is_sprung() || has_ended(bench)).await;
            if has_ended(&bench) {
                // Evidence came in in other portions than before, and the judge needed a step less.
                assert!(point > 12);
                continue;
            }
            bench.driver.halt();
            // Nobody is at the wheel for a while; the gateway serves on.
            tokio::time::sleep(Duration::from_secs(point as u64 % 7)).await;
            bench.restart_driver();
            assert_eq!(bench.driver.resume().unwrap(), [id]);
            assert_eq!(bench.driver.resume().unwrap(), [], "resuming twice changes nothing");
            let outcome = bench.end(id).await;
            play.check(&bench, &outcome, &format!("play {number} killed at point {point}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn killed_again_and_again_a_rollout_still_ends() {
    for play in [PLAYS[0], PLAYS[1], PLAYS[5], PLAYS[6]] {
        let mut bench = play.bench().await;
        let id = bench.deploy("v2").await;
        let mut kills = 0;
        // Every life of the driver passes a few points more than the one before got.
        while bench.journal.rollout(id).unwrap().unwrap().outcome.is_none() {
            kills += 1;
            bench.driver.trap.arm(3 + kills);
            let journal = bench.journal.clone();
            bench
                .until(|bench| bench.driver.trap.is_sprung() || journal.rollout(id).unwrap().unwrap().outcome.is_some())
                .await;
            bench.restart_driver();
            bench.driver.resume().unwrap();
        }
        assert!(kills > 3, "{kills}");
        let outcome = bench.end(id).await;
        play.check(&bench, &outcome, "killed again and again");
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_to_the_engine_may_fail_once_before_or_after_it_was_carried_out() {
    for (number, play) in PLAYS.into_iter().enumerate() {
        let (_, calls, _) = length(play).await;
        for call in 0..calls {
            for failure in [Failure::Before, Failure::After, Failure::Hang] {
                let bench = play.bench().await;
                let first = bench.engine.calls().len();
                let hook_failed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
                let note = std::sync::Arc::clone(&hook_failed);
                bench.engine.sabotage(move |at, what| {
                    let is_it = at == first + call;
                    let is_hook = matches!(what, Call::RunOnce { .. });
                    note.fetch_or(is_it && is_hook, std::sync::atomic::Ordering::SeqCst);
                    is_it.then_some(failure)
                });
                let outcome = bench.ship("v2").await;
                let broken_off = format!("play {number}, call {call}: {failure:?}");
                if hook_failed.load(std::sync::atomic::Ordering::SeqCst) {
                    assert!(matches!(outcome, Outcome::Failed { .. }), "{broken_off}: a hook is not run twice");
                    bench.assert_back("v2");
                } else {
                    play.check(&bench, &outcome, &broken_off);
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_split_may_fail_once() {
    for (number, play) in PLAYS.into_iter().enumerate() {
        let (_, _, splits) = length(play).await;
        for split in 0..splits {
            let bench = play.bench().await;
            let mut seen = 0;
            bench.traffic.sabotage(move |call| {
                let TrafficCall::Split { .. } = call else { return None };
                seen += 1;
                (seen == split + 1).then(|| TrafficError::Unreachable("connection refused".into()))
            });
            let outcome = bench.ship("v2").await;
            play.check(&bench, &outcome, &format!("play {number}, split {split}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_stops_the_way_forward_and_not_the_way_back() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.journal.refuse_writes(true);
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert!(bench.share("v2") <= 0.34, "no step forward is taken that the journal does not know of");
    let status = bench.driver.rollout_status("api").unwrap();
    let trouble = status.trouble.unwrap();
    assert!(trouble.starts_with("the journal cannot be written: "), "{trouble}");
    assert_eq!(bench.journal.stable("api").unwrap().unwrap().version(), "v1", "the old state stays readable");

    bench.traffic.decide("v2", Fate::failing(1.0));
    bench.until_share("v2", 0.0).await;
    bench.journal.refuse_writes(false);
    assert!(matches!(bench.end(id).await, Outcome::RolledBack { .. }));
    bench.assert_back("v2");
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_cannot_be_written_at_promotion_keeps_the_healthy_instances_until_it_can() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 1.0).await;
    bench.journal.refuse_writes(true);
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!((bench.running("v2"), bench.stable().as_str()), (3, "v1"));
    assert_eq!(bench.traffic.unanswered("api"), 0);
    bench.journal.refuse_writes(false);
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    bench.assert_shipped("v2");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_cannot_stop_the_old_version_does_not_undo_the_promotion() {
    let bench = Bench::new(canary()).await;
    bench.engine.sabotage(|_, call| match call {
        Call::Apply { release, replicas: 0, .. } if release.0 == 1 => Some(Failure::Before),
        _ => None,
    });
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    assert_eq!((bench.running("v2"), bench.stable().as_str()), (3, "v2"));
    let alerts = bench.told(EventKind::Alert);
    assert_eq!(alerts.last().unwrap(), "1 instance of `v1` could not be stopped");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_refuses_everything_lets_the_rollout_end_all_the_same() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.engine.sabotage(|_, _| Some(Failure::Hang));
    bench.driver.abort("api", "ada").unwrap();
    assert!(matches!(bench.end(id).await, Outcome::RolledBack { .. }));
    assert!((bench.share("v1") - 1.0).abs() < 1e-9, "the traffic is back at least");
}
