//! What is counted for whoever judges a split.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{App, Connection, Gateway, get, one, until};

#[tokio::test]
async fn bad_are_server_errors_only() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    for status in [200, 302, 404, 429, 499, 500, 503] {
        assert_eq!(get(address, &format!("/status/{status}")).await.status, status);
    }
    gateway.expect(1, "v1", 7, 2).await;
}

#[tokio::test]
async fn latencies_are_those_of_good_answers_after_the_warm_up() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut connection = Connection::open(address).await;
    for _ in 0..20 {
        connection.get("/slow/30").await.unwrap();
    }
    gateway.expect(1, "v1", 20, 0).await;
    assert_eq!(gateway.counted("shop", 1, "v1").await.latency, []);
    for _ in 0..10 {
        connection.get("/slow/50").await.unwrap();
        connection.get("/status/500").await.unwrap();
    }
    gateway.expect(1, "v1", 40, 10).await;
    let latency = gateway.counted("shop", 1, "v1").await.latency;
    assert_eq!(latency.iter().map(|(_, n)| n).sum::<u64>(), 10);
    assert!(latency.iter().all(|(bound, n)| *bound >= 0.05 || *n == 0), "{latency:?}");
    assert_eq!(latency[0].1, 0, "the first bucket tells where the next one begins");
    assert!(latency.is_sorted_by(|a, b| a.0 < b.0));
}

#[tokio::test]
async fn a_request_counts_for_the_split_that_routed_it() {
    let app = App::start("app").await;
    let table = |generation| one(generation, &[("v1", 1, &[("a", app.address)])]).0;
    let (gateway, address) = Gateway::with(&table(1)).await;
    let slow = tokio::spawn(async move { get(address, "/slow/500").await.status });
    until("it runs", || async { app.requests() == 1 }).await;
    gateway.put(&table(2)).await;
    assert_eq!(slow.await.unwrap(), 200);
    gateway.expect(1, "v1", 1, 0).await;
    gateway.expect(2, "v1", 0, 0).await;
}

#[tokio::test]
async fn a_split_that_is_not_in_force_as_told_is_no_evidence() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let table =
        |generation, targets| one(generation, &[("v1", 90, &[("a", old.address)]), ("v2", 10, targets)]).epoch(1).0;
    let (gateway, address) = Gateway::with(&table(1, &[])).await;
    for _ in 0..20 {
        assert_eq!(get(address, "/").await.body, "old");
    }
    gateway.put(&table(2, &[("b", new.address)])).await;
    get(address, "/").await;
    until("one is counted", || async {
        gateway.counted("shop", 1, "v1").await.requests + gateway.counted("shop", 1, "v2").await.requests == 1
    })
    .await;
}

#[tokio::test]
async fn a_client_that_leaves_counts_as_nothing() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /slow/60000 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    until("it runs", || async { app.requests() == 1 }).await;
    drop(stream);
    until("it is over", || async { gateway.admin.targets().await.unwrap()["a"] == 0 }).await;
    gateway.expect(1, "v1", 0, 0).await;
    get(address, "/").await;
    gateway.expect(1, "v1", 1, 0).await;
}

#[tokio::test]
async fn probes_reach_their_version_whatever_its_weight_and_count_as_nothing() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, _) =
        Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)]), ("v2", 0, &[("b", new.address)])]).0).await;
    let within = Duration::from_secs(20);
    let probed = gateway.admin.probe("shop", "v2", "/slow/60", within).await.unwrap();
    assert_eq!(probed.status, 200);
    assert!(probed.seconds >= 0.06, "{probed:?}");
    assert_eq!(gateway.admin.probe("shop", "v2", "/status/503", within).await.unwrap().status, 503);
    assert_eq!((old.requests(), new.requests()), (0, 2));
    gateway.expect(1, "v2", 0, 0).await;
    for (backend, label, path, reason) in [
        ("shop", "v3", "/", "no version `v3`"),
        ("nope", "v1", "/", "no backend `nope`"),
        ("shop", "v1", "/slow/60000", "no answer within 50ms"),
    ] {
        let failed =
            gateway.admin.probe(backend, label, path, Duration::from_millis(50)).await.unwrap_err().to_string();
        assert!(failed.contains(reason), "{failed}");
    }
}

#[tokio::test]
async fn only_the_last_sixteen_epochs_are_kept() {
    let app = App::start("app").await;
    let gateway = Gateway::start().await;
    for generation in 1..=20 {
        gateway.put(&one(generation, &[("v1", 1, &[("a", app.address)])]).0).await;
    }
    let stats = gateway.admin.stats().await.unwrap();
    let epochs: Vec<_> = stats.backends["shop"].epochs.iter().map(|e| e.epoch).collect();
    assert_eq!(epochs, (5..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn metrics_are_what_prometheus_reads() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, address) =
        Gateway::with(&one(4, &[("v\"1\"", 1, &[("a", old.address)]), ("v2", 0, &[("b", new.address)])]).0).await;
    get(address, "/").await;
    get(address, "/status/404").await;
    get(address, "/status/500").await;
    gateway.expect(4, "v\"1\"", 3, 1).await;
    let text = gateway.admin.metrics().await.unwrap();
    for line in [
        "# TYPE towel_gateway_requests_total counter",
        "towel_gateway_requests_total{backend=\"shop\",version=\"v\\\"1\\\"\",code=\"2xx\"} 1",
        "towel_gateway_requests_total{backend=\"shop\",version=\"v\\\"1\\\"\",code=\"5xx\"} 1",
        "towel_gateway_request_duration_seconds_bucket{backend=\"shop\",version=\"v\\\"1\\\"\",le=\"+Inf\"} 3",
        "towel_gateway_request_duration_seconds_count{backend=\"shop\",version=\"v\\\"1\\\"\"} 3",
        "towel_gateway_in_flight{backend=\"shop\",version=\"v2\"} 0",
        "towel_gateway_table_generation 4",
        "towel_gateway_held{backend=\"shop\"} 0",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
    let samples = text.lines().filter(|l| !l.starts_with('#'));
    assert!(samples.clone().all(|l| l.rsplit_once(' ').is_some_and(|(_, v)| v.parse::<f64>().is_ok())), "{text}");
}
