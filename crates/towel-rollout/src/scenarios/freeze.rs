//! Deploys around a freeze (scenario 15).

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use towel_model::{Freeze, Window};

use super::bench::{Bench, canary, cause_of_return, request};
use crate::driver::Refused;
use crate::machine::{CauseKind, Outcome};

/// Frozen from so many seconds from now until two hours later.
fn freeze(bench: &mut Bench, in_seconds: i64) {
    let local = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).datetime().into();
    let from = bench.engine.now() + SignedDuration::from_secs(in_seconds);
    let window = Window::Once { from: local(from), to: local(from + SignedDuration::from_hours(2)) };
    bench.stack.freezes = vec![Freeze {
        name: "Event day".to_owned().into(),
        window,
        timezone: "UTC".to_owned().into(),
        override_word: Some("DEPLOY".to_owned().into()),
        span: Default::default(),
    }];
}

async fn try_with(bench: &Bench, word: Option<&str>) -> Result<crate::journal::RolloutId, Refused> {
    let mut request = request("v2");
    request.override_word = word.map(str::to_owned);
    request.why = Some("badge printers fail".into());
    bench.driver.deploy(&bench.checked(), &request).await
}

#[tokio::test(start_paused = true)]
async fn a_freeze_refuses_deploys_and_records_who_was_refused() {
    let mut bench = Bench::new(canary()).await;
    freeze(&mut bench, -60);
    let refused = try_with(&bench, None).await.unwrap_err().to_string();
    assert!(refused.starts_with("deploys are refused: the freeze `Event day` (until "), "{refused}");
    assert!(refused.ends_with(" holds; `--override DEPLOY` lets it through and is recorded"), "{refused}");
    assert!(bench.driver.history("api").unwrap().is_empty());
    let audit = bench.journal.audit(10).unwrap();
    assert!(audit.iter().any(|line| line.by == "ada" && line.what.starts_with("deploy of v2 refused")), "{audit:#?}");
}

#[tokio::test(start_paused = true)]
async fn the_wrong_word_opens_nothing() {
    let mut bench = Bench::new(canary()).await;
    freeze(&mut bench, -60);
    for word in ["deploy", "DEPLOY ", ""] {
        let refused = try_with(&bench, Some(word)).await.unwrap_err().to_string();
        assert!(refused.ends_with("; the override word is another one"), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_word_lets_it_through_to_the_end_and_is_recorded() {
    let mut bench = Bench::new(canary()).await;
    freeze(&mut bench, -60);
    let id = try_with(&bench, Some("DEPLOY")).await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    let record = bench.driver.history("api").unwrap().remove(0);
    assert_eq!(record.request.overridden.as_deref(), Some("Event day"));
    let audit = bench.journal.audit(10).unwrap();
    let why = "freeze `Event day` overridden; badge printers fail";
    assert!(audit.iter().any(|line| line.why.as_deref() == Some(why)), "{audit:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_deploy_that_would_run_into_a_freeze_is_not_begun() {
    let mut bench = Bench::new(canary()).await;
    freeze(&mut bench, 59);
    let refused = try_with(&bench, None).await.unwrap_err().to_string();
    assert!(refused.starts_with("deploys are refused: it takes at least 60s, and the freeze `Event day`"), "{refused}");
    assert!(refused.contains(" begins in 59s"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn a_freeze_that_begins_underway_sends_it_back() {
    let mut bench = Bench::new(canary()).await;
    freeze(&mut bench, 65);
    bench.traffic.set_rate(1.0);
    let id = try_with(&bench, None).await.unwrap();
    let cause = cause_of_return(bench.end(id).await);
    assert_eq!(cause.kind, CauseKind::Frozen);
    assert!(cause.message.ends_with(" began while `v2` was being shipped"), "{cause}");
    bench.assert_back("v2");
}

#[tokio::test(start_paused = true)]
async fn a_freeze_that_begins_after_promotion_changes_nothing() {
    let mut bench = Bench::new(canary()).await;
    bench.engine.drain_takes(Duration::from_secs(10));
    freeze(&mut bench, 3600);
    let id = try_with(&bench, None).await.unwrap();
    bench.until(|bench| bench.stage() == "drain old").await;
    bench.jump_clock(3700);
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn going_back_is_never_frozen() {
    let mut bench = Bench::new(canary()).await;
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    freeze(&mut bench, -60);
    let id = bench.driver.rollback("api", None, "ada").await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    assert_eq!(bench.stable(), "v1");
}
