//! Versions that start badly or do not stay well (scenarios 8, 13, 14, 18).

use std::time::Duration;

use towel_engine::fake::Behaviour;
use towel_model::Strategy;

use super::bench::{Bench, canary, cause_of_failure, cause_of_return, service};
use crate::fake::Fate;
use crate::journal::EventKind;
use crate::machine::{CauseKind, Outcome};

const SECOND: Duration = Duration::from_secs(1);

async fn check(behaviour: Behaviour, kind: CauseKind) -> String {
    let bench = Bench::new(canary()).await;
    bench.engine.script("api", "v2", behaviour);
    let cause = cause_of_return(bench.ship("v2").await);
    assert_eq!(cause.kind, kind, "{cause}");
    bench.assert_back("v2");
    assert_eq!(bench.traffic.unanswered("api"), 0);
    cause.message
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_never_ready_keeps_the_old_one_and_tells_the_probes_last_answer() {
    let message = check(Behaviour::NeverReady, CauseKind::NeverReady).await;
    assert_eq!(
        message,
        "instance `api-r2-1` of `v2` did not become ready within 30s; its probe's last answer: GET /ready answered 503"
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_that_exits_at_once_is_given_up_with_its_last_log_lines() {
    let message = check(Behaviour::ExitsAtOnce, CauseKind::CrashLoop).await;
    assert_eq!(
        message,
        "instance `api-r2-1` of `v2` ends again and again; its process ended with status 1; its last log lines:\n    \
         error: no such table: orders"
    );
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_healthy_and_then_ends_is_given_up_while_it_is_judged() {
    let message = check(Behaviour::Crashes { ready: SECOND, lives: SECOND * 5 }, CauseKind::Restarted).await;
    assert!(message.starts_with("instance `api-r2-1` of `v2` was ready and then ended; "), "{message}");
}

#[tokio::test(start_paused = true)]
async fn one_lucky_success_is_not_health() {
    check(Behaviour::Crashes { ready: SECOND, lives: SECOND / 10 }, CauseKind::Restarted).await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_flaps_is_given_up() {
    let message = check(Behaviour::Flaps { ready: SECOND, every: SECOND * 3 }, CauseKind::Unready).await;
    assert!(message.starts_with("instance `api-r2-1` of `v2` was ready and unready 3 times"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn a_version_that_stops_being_ready_is_given_up() {
    check(Behaviour::Flaps { ready: SECOND, every: SECOND * 40 }, CauseKind::Unready).await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_cannot_be_started_tells_why() {
    let message = check(Behaviour::Fails("`./releases/v2/api` is built for arm64".into()), CauseKind::NotStarted).await;
    assert_eq!(message, "instance `api-r2-1` of `v2` could not be started: `./releases/v2/api` is built for arm64");
}

#[tokio::test(start_paused = true)]
async fn rolling_is_given_up_at_the_first_instance_that_fails() {
    let bench = Bench::new(service(Strategy::Rolling)).await;
    bench.engine.script("api", "v2", Behaviour::NeverReady);
    cause_of_return(bench.ship("v2").await);
    bench.assert_back("v2");
    assert_eq!(bench.engine.most_instances("api"), 4);
}

#[tokio::test(start_paused = true)]
async fn when_neither_version_works_it_holds_tells_and_ends_without_a_loop() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    for instance in bench.engine.instances("api") {
        if instance.version == "v1" {
            bench.engine.change_life(&instance.id, Behaviour::NeverReady);
        }
    }
    tokio::time::sleep(SECOND).await;
    bench.driver.abort("api", "ada").unwrap();
    bench.until(|bench| bench.waiting_for().starts_with("`v1` to become ready, since the new version must go")).await;
    let cause = cause_of_failure(bench.end(id).await);
    assert_eq!(cause.kind, CauseKind::BothUnhealthy);
    assert_eq!(cause.message, "aborted by ada; and `v1`, to which it should go back, is not ready either");
    assert_eq!(bench.running("v2"), 1, "what still answers is not stopped");
    let alerts = bench.told(EventKind::Alert);
    assert_eq!(alerts.len(), 1, "{alerts:#?}");
}

#[tokio::test(start_paused = true)]
async fn when_neither_version_works_a_newer_deploy_is_let_in() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    for instance in bench.engine.instances("api") {
        bench.engine.change_life(&instance.id, Behaviour::NeverReady);
    }
    bench.until(|bench| bench.waiting_for().starts_with("`v1` to become ready")).await;
    let cure = bench.deploy("v3").await;
    cause_of_failure(bench.end(id).await);
    assert_eq!(bench.driver.promote_now("api", "ada").unwrap(), cure);
    assert_eq!(bench.end(cure).await, Outcome::Healthy);
    assert_eq!((bench.running("v1"), bench.running("v2"), bench.running("v3")), (0, 0, 3));
}

#[tokio::test(start_paused = true)]
async fn when_the_old_one_recovers_the_return_goes_on() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    let old: Vec<_> = bench.engine.instances("api").into_iter().filter(|instance| instance.version == "v1").collect();
    for instance in &old {
        bench.engine.change_life(&instance.id, Behaviour::NeverReady);
    }
    tokio::time::sleep(SECOND).await;
    bench.driver.abort("api", "ada").unwrap();
    bench.until(|bench| bench.waiting_for().starts_with("`v1` to become ready")).await;
    for instance in &old {
        bench.engine.change_life(&instance.id, Behaviour::ReadyAfter(SECOND));
    }
    assert_eq!(cause_of_return(bench.end(id).await).kind, CauseKind::Aborted);
    bench.assert_back("v2");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_instance_is_replaced_and_no_reason_to_go_back() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    let canary = bench.engine.instances("api").into_iter().find(|instance| instance.version == "v2").unwrap();
    bench.engine.delete(&canary.id);
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    bench.assert_shipped("v2");
}

#[tokio::test(start_paused = true)]
async fn a_failed_smoke_before_the_first_share_costs_users_nothing() {
    let mut service = canary();
    service.rollout.smoke = vec![super::bench::smoke()];
    let bench = Bench::new(service).await;
    bench.traffic.decide("v2", Fate { smoke: 500, ..Fate::failing(1.0) });
    let cause = cause_of_return(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::Smoke);
    assert_eq!(cause.message, "the smoke request `GET /smoke` to `v2` answered 500 instead of 200");
    bench.assert_back("v2");
    assert_eq!(bench.traffic.bad("api"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_smoke_that_fails_at_full_share_still_goes_back_without_a_cold_start() {
    let mut service = canary();
    service.rollout.smoke = vec![super::bench::smoke()];
    service.rollout.surge = 3.into();
    let bench = Bench::new(service).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 1.0).await;
    assert_eq!(bench.running("v1"), 3);
    bench.traffic.decide("v2", Fate { smoke: 404, ..Fate::default() });
    let cause = cause_of_return(bench.end(id).await);
    assert_eq!(cause.kind, CauseKind::Smoke);
    bench.assert_back("v2");
    assert_eq!(bench.traffic.unanswered("api"), 0);
}
