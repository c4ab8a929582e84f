//! Good and bad versions, in each of the ways to ship them.

use std::time::Duration;

use tokio::time::Instant;
use towel_engine::fake::Behaviour;
use towel_model::Strategy;

use super::bench::{Bench, canary, cause_of_failure, cause_of_return, request, service};
use crate::driver::Refused;
use crate::fake::Fate;
use crate::journal::EventKind;
use crate::machine::{CauseKind, Outcome};

#[tokio::test(start_paused = true)]
async fn a_good_version_goes_through_all_steps_and_becomes_stable() {
    let bench = Bench::new(canary()).await;
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    bench.assert_shipped("v2");
    assert!(bench.engine.most_instances("api") <= 4, "{}", bench.engine.most_instances("api"));
    assert_eq!((bench.traffic.unanswered("api"), bench.traffic.bad("api")), (0, 0));
    assert_eq!(bench.journal.healthy_versions("api").unwrap(), ["v2", "v1"]);
}

#[tokio::test(start_paused = true)]
async fn the_instances_that_were_judged_are_the_ones_that_serve() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    let judged: Vec<String> = bench.engine.instances("api").into_iter().map(|instance| instance.id).collect();
    let judged = judged.iter().find(|id| id.contains("-r2-")).unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    assert!(bench.engine.instances("api").iter().any(|instance| instance.id == *judged));
}

#[tokio::test(start_paused = true)]
async fn a_broken_version_is_rolled_back_within_three_seconds_of_its_first_bad_answer() {
    let bench = Bench::new(canary()).await;
    bench.traffic.decide("v2", Fate::failing(1.0));
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    let first = Instant::now();
    bench.until_share("v2", 0.0).await;
    assert!(first.elapsed() <= Duration::from_secs(3), "{:?}", first.elapsed());
    let cause = cause_of_return(bench.end(id).await);
    assert_eq!(cause.kind, CauseKind::Judged);
    assert!(cause.message.starts_with("`v2` answered "), "{cause}");
    // Whichever test has its proof at the look that comes first: against `v1` now, or against its history.
    let against =
        ["requests with errors while `v1` answered 0 of ", "requests with errors; the history of `v1` allows "];
    assert!(against.iter().any(|words| cause.message.contains(words)), "{cause}");
    bench.assert_back("v2");
    assert!(bench.traffic.bad("api") <= 20, "{}", bench.traffic.bad("api"));
    assert_eq!(bench.journal.healthy_versions("api").unwrap(), ["v1"]);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_is_ten_times_slower_is_rolled_back() {
    let bench = Bench::new(canary()).await;
    bench.traffic.decide("v2", Fate { seconds: 0.2, ..Fate::default() });
    let cause = cause_of_return(bench.ship("v2").await);
    assert!(cause.message.starts_with("`v2` took longer than 75 ms for "), "{cause}");
    bench.assert_back("v2");
}

#[tokio::test(start_paused = true)]
async fn rolling_keeps_capacity_and_ends_healthy() {
    let bench = Bench::new(service(Strategy::Rolling)).await;
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    bench.assert_shipped("v2");
    assert!(bench.engine.most_instances("api") <= 4);
    assert_eq!(bench.traffic.unanswered("api"), 0);
}

#[tokio::test(start_paused = true)]
async fn recreate_stops_the_old_version_before_the_new_one_starts() {
    let bench = Bench::new(service(Strategy::Recreate)).await;
    bench.engine.drain_takes(Duration::from_secs(3));
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    bench.assert_shipped("v2");
    assert_eq!(bench.engine.most_instances("api"), 3);
}

#[tokio::test(start_paused = true)]
async fn recreate_starts_the_old_version_again_when_the_new_one_does_not_come_up() {
    let bench = Bench::new(service(Strategy::Recreate)).await;
    bench.engine.script("api", "v2", Behaviour::NeverReady);
    let cause = cause_of_return(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::NeverReady);
    bench.assert_back("v2");
    assert_eq!(bench.engine.most_instances("api"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_first_deploy_has_nobody_to_be_compared_with() {
    let bench = Bench::bare(canary());
    assert_eq!(bench.ship("v1").await, Outcome::Healthy);
    assert_eq!((bench.stable().as_str(), bench.running("v1")), ("v1", 3));
}

#[tokio::test(start_paused = true)]
async fn a_first_deploy_that_fails_leaves_nothing_running() {
    let bench = Bench::bare(canary());
    bench.engine.script("api", "v1", Behaviour::ExitsAtOnce);
    let cause = cause_of_failure(bench.ship("v1").await);
    assert_eq!(cause.kind, CauseKind::CrashLoop);
    assert_eq!(bench.running("v1"), 0);
    assert!(bench.journal.stable("api").unwrap().is_none());
    // The next one is a first deploy again.
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_service_without_a_port_is_watched_instead_of_judged() {
    let mut worker = canary();
    worker.port = None;
    (worker.health.live, worker.health.ready) = (None, None);
    let bench = Bench::new(worker).await;
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    assert_eq!((bench.stable().as_str(), bench.running("v1"), bench.running("v2")), ("v2", 0, 3));
    assert_eq!(bench.traffic.splits(), []);
    bench.engine.script(
        "api",
        "v3",
        Behaviour::Crashes { ready: Duration::from_secs(1), lives: Duration::from_secs(2) },
    );
    let cause = cause_of_return(bench.ship("v3").await);
    assert_eq!(cause.kind, CauseKind::Restarted);
    assert_eq!((bench.running("v2"), bench.running("v3")), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn what_serves_already_is_not_shipped_again_unless_its_configuration_changed() {
    let mut bench = Bench::new(canary()).await;
    assert!(matches!(bench.try_deploy("v1").await, Err(Refused::AlreadyThere { .. })));
    bench.stack.services[0].drain = Duration::from_secs(7).into();
    assert_eq!(bench.ship("v1").await, Outcome::Healthy);
    let stable = bench.journal.stable("api").unwrap().unwrap();
    assert_eq!(stable.workload.service.drain.value, Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_declaration_that_only_moved_in_its_file_has_not_changed() {
    let mut bench = Bench::new(canary()).await;
    bench.stack.services[0].span = towel_source::Span::new(Default::default(), 10, 20);
    assert!(matches!(bench.try_deploy("v1").await, Err(Refused::AlreadyThere { .. })));
}

#[tokio::test(start_paused = true)]
async fn an_unknown_service_is_named_with_those_that_are_known() {
    let bench = Bench::new(canary()).await;
    let mut wrong = request("v2");
    wrong.service = "apo".into();
    let refused = bench.driver.deploy(&bench.checked(), &wrong).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no service `apo`; there are `api`");
}

#[tokio::test(start_paused = true)]
async fn every_wait_is_told_with_its_reason() {
    let bench = Bench::new(canary()).await;
    bench.ship("v2").await;
    let waits = bench.told(EventKind::Waiting);
    assert!(waits.contains(&"`v2` waits for 1 instance of `v2` to be ready; 0 of them are".to_owned()), "{waits:#?}");
    assert!(waits.iter().any(|wait| wait.starts_with("`v2` waits for the bake time at 10%; ")), "{waits:#?}");
    assert_eq!(bench.told(EventKind::Healthy).last().unwrap(), "`v2` is healthy and serves all requests");
}
