//! Each fault does what it says, and spares what it says.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use pizzeria::{Faults, ServeError};
use tokio::time::Instant;

use crate::counter::{Counter, ask};

#[tokio::test]
async fn errors_hit_requests_and_spare_health_and_metrics() {
    let counter = Counter::with(Faults { error_rate: 1.0, ..Faults::default() }).await;
    for path in ["/menu", "/orders", "/nowhere"] {
        assert_eq!(counter.get(path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
    }
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(counter.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn every_spoilt_answer_is_recorded() {
    let folder = std::env::temp_dir().join(format!("pizzeria-record-{}", std::process::id()));
    let faults = Faults { error_rate: 1.0, record: Some(folder.clone()), ..Faults::default() };
    let counter = Counter::with(faults).await;
    counter.get("/menu").await;
    counter.get("/health/live").await;
    counter.get("/orders").await;
    let lines = std::fs::read_to_string(&folder).unwrap();
    std::fs::remove_file(&folder).unwrap();
    let told: Vec<_> = lines.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(told, ["v1 GET /menu", "v1 GET /orders"]);
}

#[tokio::test]
async fn latency_delays_requests() {
    let counter = Counter::with(Faults { latency: Duration::from_millis(200), ..Faults::default() }).await;
    let began = Instant::now();
    counter.get("/menu").await;
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_slow_start_lives_but_is_not_ready_until_it_is_over() {
    let counter = Counter::with(Faults { slow_start: Duration::from_secs(1), ..Faults::default() }).await;
    assert_eq!(counter.get("/health/live").await.status, StatusCode::OK);
    assert_eq!(counter.get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(counter.get("/menu").await.status, StatusCode::SERVICE_UNAVAILABLE);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(counter.get("/health/ready").await.status, StatusCode::OK);
    assert_eq!(counter.get("/menu").await.status, StatusCode::OK);
}

#[tokio::test]
async fn never_ready_says_why_and_still_lives() {
    let counter = Counter::with(Faults { never_ready: true, ..Faults::default() }).await;
    let report = counter.get("/health/ready").await;
    assert_eq!(report.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(report.json()["parts"]["uptime"]["reason"], "this version never becomes ready, on purpose");
    assert_eq!(counter.get("/health/live").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_crash_leaves_its_request_unanswered() {
    let counter = Counter::with(Faults { crash_after: Some(2), ..Faults::default() }).await;
    for _ in 0..2 {
        assert_eq!(counter.get("/menu").await.status, StatusCode::OK);
    }
    let request = Request::get("/menu").header("host", "test").body(Full::<Bytes>::default()).unwrap();
    assert!(ask(counter.address, request).await.is_err());
    assert!(matches!(counter.crash().await, Err(ServeError::Crashed)));
}
