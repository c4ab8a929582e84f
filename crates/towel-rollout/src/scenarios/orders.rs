//! What people want underway and afterwards (scenarios 5, 10, 11, 12, 18).

use std::time::Duration;

use towel_engine::fake::{Behaviour, Call};

use super::bench::{Bench, canary, cause_of_failure, cause_of_return};
use crate::driver::{Aborted, Refused};
use crate::fake::Fate;
use crate::machine::{CauseKind, Outcome};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn an_abort_with_nothing_underway_does_nothing_and_says_so() {
    let bench = Bench::new(canary()).await;
    let calls = bench.engine.calls().len();
    let aborted = bench.driver.abort("api", "ada").unwrap();
    assert_eq!(aborted, Aborted::NothingUnderway);
    assert_eq!(aborted.to_string(), "nothing is being shipped; nothing was done");
    assert_eq!(bench.engine.calls().len(), calls);
}

#[tokio::test(start_paused = true)]
async fn an_abort_at_each_step_brings_capacity_back_before_traffic() {
    for share in [0.1, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0] {
        let bench = Bench::new(canary()).await;
        let id = bench.deploy("v2").await;
        bench.until_share("v2", share).await;
        assert_eq!(bench.driver.abort("api", "ada").unwrap(), Aborted::GoesBack(id));
        // Looked at often: the old version never gets more than its ready instances carry.
        while bench.journal.rollout(id).unwrap().unwrap().outcome.is_none() {
            let ready =
                bench.engine.instances("api").iter().filter(|one| one.version == "v1" && one.is_ready()).count();
            assert!(ready as f64 / 3.0 + 0.34 > bench.share("v1"), "{ready} ready for {}", bench.share("v1"));
            tokio::time::sleep(SECOND / 10).await;
        }
        let cause = cause_of_return(bench.end(id).await);
        assert_eq!((cause.kind, cause.message.as_str()), (CauseKind::Aborted, "aborted by ada"));
        bench.assert_back("v2");
        assert!(bench.engine.most_instances("api") <= 4);
        assert_eq!(bench.traffic.unanswered("api"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_abort_stops_what_hangs() {
    let bench = Bench::new(canary()).await;
    bench
        .engine
        .sabotage(|_, call| matches!(call, Call::Preflight { .. }).then_some(towel_engine::fake::Failure::Hang));
    let id = bench.deploy("v2").await;
    tokio::time::sleep(SECOND).await;
    bench.driver.abort("api", "ada").unwrap();
    assert_eq!(cause_of_failure(bench.end(id).await).kind, CauseKind::Aborted);
}

#[tokio::test(start_paused = true)]
async fn a_newer_deploy_waits_until_the_running_canary_has_drained() {
    let bench = Bench::new(canary()).await;
    bench.engine.drain_takes(SECOND * 5);
    let second = bench.deploy("v2").await;
    bench.until_share("v2", 0.5).await;
    let third = bench.deploy("v3").await;
    assert_eq!(bench.driver.rollout_status("api").unwrap().superseded_by, Some(third));
    bench.until(|bench| bench.running("v3") > 0).await;
    assert_eq!(bench.running("v2"), 0);
    let cause = cause_of_return(bench.end(second).await);
    assert_eq!((cause.kind, cause.message.as_str()), (CauseKind::Superseded, "superseded by the deploy of `v3`"));
    assert_eq!(bench.end(third).await, Outcome::Healthy);
    assert_eq!((bench.stable().as_str(), bench.running("v3")), ("v3", 3));
    assert!(bench.engine.most_instances("api") <= 4);
}

#[tokio::test(start_paused = true)]
async fn of_several_newer_deploys_only_the_newest_begins() {
    let bench = Bench::new(canary()).await;
    let second = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    let third = bench.deploy("v3").await;
    let fourth = bench.deploy("v4").await;
    let cause = cause_of_failure(bench.end(third).await);
    assert_eq!(cause.message, "superseded by the deploy of `v4` before it began");
    cause_of_return(bench.end(second).await);
    assert_eq!(bench.end(fourth).await, Outcome::Healthy);
    assert!(
        !bench.engine.calls().iter().any(|call| matches!(call, Call::Preflight { version, .. } if version == "v3"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_newer_deploy_that_was_waiting_in_a_crash_is_not_forgotten() {
    let mut bench = Bench::new(canary()).await;
    let second = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    let third = bench.deploy("v3").await;
    bench.restart_driver();
    assert_eq!(bench.driver.resume().unwrap(), [second, third]);
    cause_of_return(bench.end(second).await);
    assert_eq!(bench.end(third).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn the_same_deploy_twice_is_one() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    let again = bench.try_deploy("v2").await.unwrap_err();
    assert_eq!(again.to_string(), format!("`v2` of `api` is being shipped already, as rollout {id}"));
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_restores_version_and_configuration_and_is_not_judged() {
    let mut bench = Bench::new(canary()).await;
    bench.stack.services[0].drain = (SECOND * 7).into();
    bench.ship("v2").await;
    bench.traffic.set_rate(0.0);
    let id = bench.driver.rollback("api", None, "ada").await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    bench.until(|bench| bench.running("v2") == 0).await;
    assert_eq!((bench.stable().as_str(), bench.running("v1")), ("v1", 3));
    let stable = bench.journal.stable("api").unwrap().unwrap();
    assert_eq!(stable.workload.service.drain.value, SECOND * 20);
    // What was left is not gone back to by itself …
    let refused = bench.driver.rollback("api", None, "ada").await.unwrap_err();
    assert!(matches!(refused, Refused::NothingToGoBackTo { .. }), "{refused}");
    // … and is when a person names it.
    let id = bench.driver.rollback("api", Some("v2"), "ada").await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    assert_eq!(bench.stable(), "v2");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_works_when_no_stable_instance_lives() {
    let bench = Bench::new(canary()).await;
    bench.ship("v2").await;
    for instance in bench.engine.instances("api") {
        bench.engine.change_life(&instance.id, Behaviour::ExitsAtOnce);
    }
    tokio::time::sleep(SECOND * 30).await;
    let id = bench.driver.rollback("api", None, "ada").await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    assert_eq!((bench.stable().as_str(), bench.running("v1"), bench.running("v2")), ("v1", 3, 0));
    assert!(bench.engine.most_instances("api") <= 4);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_underway_takes_the_running_rollout_back() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    assert_eq!(bench.driver.rollback("api", None, "ada").await.unwrap(), id);
    cause_of_return(bench.end(id).await);
    bench.assert_back("v2");
}

#[tokio::test(start_paused = true)]
async fn a_rollback_to_a_version_that_was_never_healthy_names_those_that_were() {
    let bench = Bench::new(canary()).await;
    bench.traffic.decide("v2", Fate::failing(1.0));
    cause_of_return(bench.ship("v2").await);
    bench.ship("v3").await;
    let refused = bench.driver.rollback("api", Some("v2"), "ada").await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`api` cannot go back: `v2` was never healthy here or serves already; there are v1"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_does_not_come_up_leaves_what_serves() {
    let bench = Bench::new(canary()).await;
    bench.ship("v2").await;
    bench.engine.script("api", "v1", Behaviour::NeverReady);
    let id = bench.driver.rollback("api", None, "ada").await.unwrap();
    cause_of_return(bench.end(id).await);
    assert_eq!((bench.stable().as_str(), bench.running("v1"), bench.running("v2")), ("v2", 0, 3));
    assert_eq!(bench.journal.healthy_versions("api").unwrap(), ["v2", "v1"]);
}

#[tokio::test(start_paused = true)]
async fn scaling_underway_holds_for_both_and_lasts() {
    for share in [0.1, 0.5, 1.0] {
        let bench = Bench::new(canary()).await;
        let id = bench.deploy("v2").await;
        bench.until_share("v2", share).await;
        bench.driver.scale("api", Some(5), "ada").await.unwrap();
        assert_eq!(bench.end(id).await, Outcome::Healthy);
        assert_eq!((bench.running("v1"), bench.running("v2")), (0, 5));
        assert!(bench.engine.most_instances("api") <= 6);
        assert_eq!(bench.ship("v3").await, Outcome::Healthy);
        assert_eq!(bench.running("v3"), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn scaling_holds_when_the_rollout_goes_back() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.5).await;
    bench.driver.scale("api", Some(2), "ada").await.unwrap();
    tokio::time::sleep(SECOND).await;
    bench.driver.abort("api", "ada").unwrap();
    cause_of_return(bench.end(id).await);
    assert_eq!((bench.running("v1"), bench.running("v2")), (2, 0));
    bench.driver.scale("api", None, "ada").await.unwrap();
    bench.until(|bench| bench.running("v1") == 3).await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_waits_for_no_rollout() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    let refused = bench.driver.restart("api", "ada").await.unwrap_err();
    assert_eq!(refused.to_string(), format!("`api` is being shipped (rollout {id}); wait for it, or abort it first"));
    bench.end(id).await;
    bench.driver.restart("api", "ada").await.unwrap();
    assert!(matches!(bench.engine.calls().last(), Some(Call::Restart { .. })));
}

#[tokio::test(start_paused = true)]
async fn promoting_without_a_verdict_still_brings_capacity_first() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.driver.promote_now("api", "ada").unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    bench.assert_shipped("v2");
    assert!(bench.engine.most_instances("api") <= 4);
    assert_eq!(bench.traffic.unanswered("api"), 0);
    assert!(matches!(bench.driver.promote_now("api", "ada"), Err(Refused::NothingUnderway { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_second_towel_ships_nothing_while_the_first_one_lives() {
    let mut bench = Bench::new(canary()).await;
    let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    bench.settings.owner = crate::journal::Owner::of(child.id()).unwrap();
    bench.restart_driver();
    let refused = bench.try_deploy("v2").await.unwrap_err().to_string();
    let resumed = bench.driver.resume();
    child.kill().unwrap();
    child.wait().unwrap();
    let this = std::process::id();
    assert_eq!(refused, format!("another towel (process {this}) is at work here; stop it first"));
    assert!(resumed.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_left_the_file_is_stopped() {
    let mut bench = Bench::new(canary()).await;
    let mut other = canary();
    other.name = "web".to_owned().into();
    bench.stack.services = vec![other];
    bench.driver.start(&bench.checked(), &Default::default(), "v1").await.unwrap();
    bench.until(|bench| bench.running("v1") == 0).await;
    let names: Vec<String> = bench.driver.status().await.unwrap().into_iter().map(|status| status.service).collect();
    assert_eq!(names, ["web"]);
}

#[tokio::test(start_paused = true)]
async fn starting_again_brings_back_what_was_promoted_and_tells_that_the_file_changed() {
    let mut bench = Bench::new(canary()).await;
    bench.ship("v2").await;
    bench.restart_driver();
    bench.stack.services[0].drain = (SECOND * 7).into();
    let started = bench.driver.start(&bench.checked(), &Default::default(), "v1").await.unwrap();
    assert_eq!((started[0].version.as_str(), started[0].created, started[0].changed), ("v2", false, true));
    assert!((bench.share("v2") - 1.0).abs() < 1e-9);
}

#[tokio::test(start_paused = true)]
async fn services_are_shipped_side_by_side() {
    let mut bench = Bench::new(canary()).await;
    let mut other = canary();
    other.name = "web".to_owned().into();
    bench.stack.services.push(other);
    bench.driver.start(&bench.checked(), &Default::default(), "v1").await.unwrap();
    tokio::time::sleep(SECOND * 10).await;
    let mut request = super::bench::request("v2");
    let api = bench.driver.deploy(&bench.checked(), &request).await.unwrap();
    request.service = "web".into();
    let web = bench.driver.deploy(&bench.checked(), &request).await.unwrap();
    bench.until_share("v2", 0.5).await;
    assert_eq!(bench.driver.status().await.unwrap().iter().filter(|status| status.rollout.is_some()).count(), 2);
    assert_eq!(bench.end(api).await, Outcome::Healthy);
    assert_eq!(bench.end(web).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_second_rollback_while_the_first_is_underway_changes_nothing() {
    let bench = Bench::new(canary()).await;
    bench.engine.drain_takes(SECOND * 10);
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.driver.abort("api", "ada").unwrap();
    bench.until(|bench| bench.stage() == "drain canary").await;
    assert_eq!(bench.driver.rollback("api", None, "ada").await.unwrap(), id);
    assert_eq!(bench.driver.abort("api", "ada").unwrap(), Aborted::GoesBack(id));
    cause_of_return(bench.end(id).await);
    bench.assert_back("v2");
    assert!(bench.driver.status().await.unwrap()[0].rollout.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_abort_after_promotion_is_too_late_and_names_the_way_back() {
    let bench = Bench::new(canary()).await;
    bench.engine.drain_takes(SECOND * 10);
    let id = bench.deploy("v2").await;
    bench.until(|bench| bench.stage() == "drain old").await;
    let aborted = bench.driver.abort("api", "ada").unwrap();
    assert_eq!(aborted, Aborted::TooLate(id));
    assert_eq!(
        aborted.to_string(),
        format!("rollout {id} was promoted already; `rollback` goes to the version before")
    );
    let back = bench.driver.rollback("api", None, "ada").await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    assert_eq!(bench.end(back).await, Outcome::Healthy);
    assert_eq!((bench.stable().as_str(), bench.running("v1"), bench.running("v2")), ("v1", 3, 0));
}
