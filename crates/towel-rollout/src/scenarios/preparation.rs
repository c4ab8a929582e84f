//! What comes before the canary: preflight, backup, hooks; and who is told (scenarios 9, 16, 17).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use towel_engine::TaskReport;
use towel_engine::fake::{Call, Failure};

use super::bench::{Bench, canary, cause_of_failure, hook};
use crate::driver::{Preparations, outbox};
use crate::machine::{CauseKind, Effect, Outcome};

/// A backup that ends as told.
struct Backup(Result<Duration, &'static str>);

impl Preparations for Backup {
    fn is_declared(&self, _service: &str) -> bool {
        true
    }

    fn backup<'a>(&'a self, _service: &'a str) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>> {
        Box::pin(async {
            match self.0 {
                Ok(takes) => {
                    tokio::time::sleep(takes).await;
                    Ok(())
                }
                Err(error) => Err(error.to_owned()),
            }
        })
    }
}

async fn with_backup(backup: Backup) -> Bench {
    let mut bench = Bench::new(canary()).await;
    bench.settings.preparations = Arc::new(backup);
    bench.restart_driver();
    bench
}

fn assert_untouched(bench: &Bench) {
    bench.assert_back("v2");
    assert!(!bench.engine.calls().iter().any(|call| matches!(call, Call::Apply { release, .. } if release.0 == 2)));
}

#[tokio::test(start_paused = true)]
async fn a_missing_artefact_deploys_nothing_and_says_what_is_wrong() {
    let bench = Bench::new(canary()).await;
    bench.engine.lose_artefact("api", "v2", "there is no file `releases/v2/api`; build it first");
    let cause = cause_of_failure(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::Preflight);
    assert_eq!(
        cause.message,
        "`api` version `v2` cannot be started: there is no file `releases/v2/api`; build it first"
    );
    assert_untouched(&bench);
}

#[tokio::test(start_paused = true)]
async fn a_preflight_that_hangs_ends_at_the_deadline() {
    let bench = Bench::new(canary()).await;
    bench.engine.sabotage(|_, call| matches!(call, Call::Preflight { .. }).then_some(Failure::Hang));
    let cause = cause_of_failure(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::Preflight);
    assert_eq!(cause.message, "looking whether the version can be started took longer than 60s");
    assert_untouched(&bench);
}

#[tokio::test(start_paused = true)]
async fn a_backup_that_succeeds_comes_before_the_hooks_and_the_canary() {
    let bench = with_backup(Backup(Ok(Duration::from_secs(90)))).await;
    let id = bench.deploy("v2").await;
    assert_eq!(bench.end(id).await, Outcome::Healthy);
    let effects: Vec<Effect> = bench.journal.entries(id).unwrap().into_iter().map(|entry| entry.effect).collect();
    assert_eq!(effects[..4], [Effect::Preflight, Effect::Preflight, Effect::Backup, Effect::Backup]);
}

#[tokio::test(start_paused = true)]
async fn a_backup_that_fails_deploys_nothing() {
    let bench = with_backup(Backup(Err("no space left in `nearby`"))).await;
    let cause = cause_of_failure(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::Backup);
    assert_eq!(cause.message, "the backup before the deploy failed: no space left in `nearby`");
    assert_untouched(&bench);
}

#[tokio::test(start_paused = true)]
async fn a_backup_that_hangs_deploys_nothing() {
    let bench = with_backup(Backup(Ok(Duration::MAX))).await;
    let cause = cause_of_failure(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::Deadline);
    assert_eq!(cause.message, "the deadline of 30.0 min passed; it was at backing up");
    assert_untouched(&bench);
}

#[tokio::test(start_paused = true)]
async fn going_back_takes_no_backup() {
    let mut bench = Bench::new(canary()).await;
    bench.ship("v2").await;
    bench.settings.preparations = Arc::new(Backup(Err("the store is gone")));
    bench.restart_driver();
    let id = bench.driver.rollback("api", None, "ada").await.unwrap();
    assert_eq!(bench.end(id).await, Outcome::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_fails_deploys_nothing_and_tells_its_last_lines() {
    let mut service = canary();
    service.rollout.before = vec![hook("./migrate"), hook("./warm")];
    let bench = Bench::new(service).await;
    let last_lines = vec!["relation \"orders\" exists".to_owned()];
    bench.engine.end_task("./warm", TaskReport { code: Some(3), timed_out: false, last_lines });
    let cause = cause_of_failure(bench.ship("v2").await);
    assert_eq!(cause.kind, CauseKind::Hook);
    assert_eq!(
        cause.message,
        "the before-hook `./warm` ended with status 3; its last lines:\n    relation \"orders\" exists"
    );
    assert_untouched(&bench);
    let hooks: Vec<Call> =
        bench.engine.calls().into_iter().filter(|call| matches!(call, Call::RunOnce { .. })).collect();
    assert_eq!(hooks.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_hangs_is_ended_at_its_limit() {
    let mut service = canary();
    service.rollout.before = vec![hook("./migrate")];
    let bench = Bench::new(service).await;
    bench.engine.sabotage(|_, call| matches!(call, Call::RunOnce { .. }).then_some(Failure::Hang));
    let cause = cause_of_failure(bench.ship("v2").await);
    assert_eq!(cause.message, "the before-hook `./migrate` took longer than 60s");
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_takes_nothing_delays_nothing() {
    let mut bench = Bench::new(canary()).await;
    let (sender, mut receiver) = outbox(2);
    let sender = Arc::new(sender);
    bench.settings.notifications = Arc::clone(&sender) as _;
    bench.restart_driver();
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    assert!(receiver.try_recv().is_ok() && receiver.try_recv().is_ok() && receiver.try_recv().is_err());
    assert!(sender.dropped() > 10);
}
