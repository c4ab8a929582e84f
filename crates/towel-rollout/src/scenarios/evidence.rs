//! What the judge is told: too little, nothing, of an outage, of a gateway that was restarted
//! (scenarios 6, 7, 19, 20, 21).

use std::time::Duration;

use towel_model::OnInsufficient;

use super::bench::{Bench, canary, cause_of_return, smoke};
use crate::fake::{Fate, TrafficCall};
use crate::journal::EventKind;
use crate::machine::{CauseKind, Outcome};
use crate::traffic::TrafficError;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn without_traffic_it_holds_tells_and_goes_back_at_the_deadline() {
    let bench = Bench::new(canary()).await;
    bench.traffic.set_rate(0.0);
    let id = bench.deploy("v2").await;
    tokio::time::sleep(MINUTE * 8).await;
    assert!((bench.share("v2") - 0.1).abs() < 1e-9);
    assert!(
        bench.waiting_for().starts_with("a person: traffic does not suffice to judge: "),
        "{}",
        bench.waiting_for()
    );
    let cause = cause_of_return(bench.end(id).await);
    assert_eq!(cause.kind, CauseKind::Deadline);
    assert!(cause.message.starts_with("the deadline of 30.0 min passed; it was waiting for a person"), "{cause}");
    bench.assert_back("v2");
}

#[tokio::test(start_paused = true)]
async fn a_person_may_promote_what_nobody_asks_for() {
    let bench = Bench::new(canary()).await;
    bench.traffic.set_rate(0.0);
    let id = bench.deploy("v2").await;
    tokio::time::sleep(MINUTE * 8).await;
    assert_eq!(bench.driver.promote_now("api", "ada").unwrap(), id);
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    bench.assert_shipped("v2");
}

#[tokio::test(start_paused = true)]
async fn what_happens_without_traffic_is_for_the_file_to_say() {
    for (choice, is_shipped) in [(OnInsufficient::Promote, true), (OnInsufficient::Rollback, false)] {
        let mut service = canary();
        service.rollout.on_insufficient = choice.into();
        let bench = Bench::new(service).await;
        bench.traffic.set_rate(0.0);
        match bench.ship("v2").await {
            Outcome::Healthy => assert!(is_shipped),
            other => {
                assert!(!is_shipped);
                assert_eq!(cause_of_return(other).kind, CauseKind::Insufficient);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_request_decides_nothing() {
    let bench = Bench::new(canary()).await;
    bench.traffic.set_rate(0.0);
    bench.traffic.decide("v2", Fate::failing(1.0));
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.traffic.set_rate(0.1);
    tokio::time::sleep(Duration::from_secs(11)).await;
    bench.traffic.set_rate(0.0);
    tokio::time::sleep(MINUTE * 7).await;
    assert_eq!(bench.stage(), "judge");
    bench.driver.abort("api", "ada").unwrap();
    cause_of_return(bench.end(id).await);
}

#[tokio::test(start_paused = true)]
async fn in_near_silence_the_declared_smoke_requests_find_a_broken_version() {
    let mut service = canary();
    service.rollout.smoke = vec![smoke()];
    let bench = Bench::new(service).await;
    bench.traffic.set_rate(0.0);
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.traffic.decide("v2", Fate::failing(0.5));
    let cause = cause_of_return(bench.end(id).await);
    assert_eq!(cause.kind, CauseKind::Judged);
    let probes = bench.traffic.probes();
    assert!((10..200).contains(&probes), "{probes}");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_tells_nothing_is_an_error_and_not_silence() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    bench.traffic.sabotage(|call| match call {
        TrafficCall::Evidence { .. } => Some(TrafficError::Unreachable("connection refused".into())),
        _ => None,
    });
    tokio::time::sleep(MINUTE * 5).await;
    assert!((bench.share("v2") - 0.1).abs() < 1e-9, "nothing is promoted unseen");
    assert_eq!(
        bench.waiting_for(),
        "the gateway to tell what it counted: the gateway does not answer: connection refused"
    );
    assert_eq!(bench.told(EventKind::Alert).len(), 1);
    bench.traffic.end_sabotage();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_gateway_restarted_underway_keeps_the_split_and_the_evidence() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.5).await;
    let before = bench.driver.rollout_status("api").unwrap().canary.unwrap().requests;
    bench.traffic.reboot();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = bench.driver.rollout_status("api").unwrap().canary.unwrap().requests;
    assert!(after > before && after < before + 600, "{before} → {after}");
    assert!((bench.share("v2") - 0.5).abs() < 1e-9);
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_driver_restarted_underway_keeps_the_evidence() {
    let mut bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.5).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = bench.driver.rollout_status("api").unwrap().canary.unwrap().requests;
    bench.restart_driver();
    tokio::time::sleep(Duration::from_secs(10)).await;
    bench.driver.resume().unwrap();
    bench.until(|bench| bench.stage() == "judge").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let after = bench.driver.rollout_status("api").unwrap().canary.unwrap().requests;
    // What the gateway counted while nobody looked is taken in, once.
    assert!(after > before + 400 && after < before + 800, "{before} → {after}");
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn an_outage_that_both_share_holds_and_then_goes_on() {
    let bench = Bench::new(canary()).await;
    let id = bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    bench.traffic.set_outage(0.5);
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert!(
        bench.waiting_for().starts_with("the old version to recover: `v1` itself answered "),
        "{}",
        bench.waiting_for()
    );
    bench.traffic.set_outage(0.0);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!((bench.share("v2") - 0.1).abs() < 1e-9);
    // The canary's errors of the outage keep its upper bound high for a while.
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_makes_nothing_due() {
    for jump in [7200, -7200] {
        let bench = Bench::new(canary()).await;
        let id = bench.deploy("v2").await;
        bench.until_share("v2", 0.1).await;
        bench.jump_clock(jump);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!((bench.share("v2") - 0.1).abs() < 1e-9);
        assert_eq!(bench.end(id).await, Outcome::Healthy);
    }
}

#[tokio::test(start_paused = true)]
async fn the_status_tells_shares_counts_odds_and_what_it_waits_for() {
    let bench = Bench::new(canary()).await;
    bench.deploy("v2").await;
    bench.until_share("v2", 0.1).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let status = bench.driver.status().await.unwrap().remove(0);
    assert_eq!((status.service.as_str(), status.version.as_deref()), ("api", Some("v1")));
    assert_eq!((status.ready, status.desired), (3, 3));
    let rollout = status.rollout.unwrap();
    assert_eq!((rollout.version.as_str(), rollout.stage_name.as_str(), rollout.step), ("v2", "judge", 0));
    let (canary, stable) = (rollout.canary.unwrap(), rollout.stable.unwrap());
    assert!((60..140).contains(&canary.requests) && (850..1150).contains(&stable.requests));
    assert_eq!((canary.bad, canary.p95, stable.p95), (0, Some(0.025), Some(0.025)));
    assert_eq!(rollout.evidence.unwrap().limit, 100.0);
    assert!(rollout.waiting_for.starts_with("the bake time at 10%; "), "{}", rollout.waiting_for);
    assert!(rollout.deadline.unwrap() > rollout.since);
    serde_json::to_string(&bench.driver.status().await.unwrap()).unwrap();
}
