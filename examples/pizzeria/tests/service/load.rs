//! The load generator counts what happened, no more and no less.

use std::time::Duration;

use pizzeria::Faults;
use pizzeria::load::{Load, Running};

use crate::counter::{Counter, within};

async fn reach(running: &Running, requests: u64) {
    within(async {
        while running.snapshot().requests < requests {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_well_service_has_no_failures() {
    let counter = Counter::open().await;
    let running = Load::new(&counter.url(), 200.0).unwrap().sockets(2).begin();
    reach(&running, 100).await;
    let summary = running.stop().await;
    assert_eq!(summary.counts.failed, 0, "{:?}", summary.examples);
    assert_eq!(summary.counts.versions["v1"], summary.counts.requests);
    assert!(summary.counts.p50 > Duration::ZERO && summary.counts.p50 <= summary.counts.p99);
    assert_eq!((summary.counts.sockets.opened, summary.counts.sockets.cut), (2, 0));
    assert!(summary.counts.sockets.messages > 0);
}

#[tokio::test]
async fn failures_are_counted_and_told_in_words() {
    let counter = Counter::with(Faults { error_rate: 0.5, ..Faults::default() }).await;
    let running = Load::start(&counter.url(), 200.0).unwrap();
    reach(&running, 100).await;
    let summary = running.stop().await;
    let share = summary.counts.failed as f64 / summary.counts.requests as f64;
    assert!((0.3..0.7).contains(&share), "{share}");
    assert_eq!(summary.examples.len(), 5);
    assert!(summary.examples[0].what.contains("answered 500"), "{:?}", summary.examples[0]);
}

#[tokio::test]
async fn a_service_that_is_gone_is_a_failure() {
    let counter = Counter::open().await;
    let running = Load::new(&counter.url(), 100.0).unwrap().sockets(1).begin();
    reach(&running, 20).await;
    counter.stop().await.unwrap();
    let before = running.snapshot();
    reach(&running, before.requests + 20).await;
    let summary = running.stop().await;
    assert!(summary.counts.failed >= 20 && summary.examples[0].what.contains("cannot connect"), "{summary:?}");
    assert_eq!((summary.counts.sockets.goodbyes, summary.counts.sockets.cut), (1, 0));
}

#[tokio::test]
async fn an_answer_that_is_too_late_is_a_failure() {
    let counter = Counter::with(Faults { latency: Duration::from_secs(5), ..Faults::default() }).await;
    let running = Load::new(&counter.url(), 50.0).unwrap().within(Duration::from_millis(50)).begin();
    reach(&running, 5).await;
    let summary = running.stop().await;
    assert_eq!(summary.counts.failed, summary.counts.requests);
    assert!(summary.last_failure.unwrap().what.contains("no answer within 50ms"));
}
