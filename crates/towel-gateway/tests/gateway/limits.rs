//! Limits on clients, and requests that wait.

use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::http::raw;
use crate::support::{App, Connection, Gateway, ask, get, one, until};

#[tokio::test]
async fn too_many_requests_of_one_address_are_refused_and_told_when_to_come_back() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).rate(5, 600_000).0).await;
    let mut connection = Connection::open(address).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(connection.get("/").await.unwrap().status);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    let refused = connection.get("/").await.unwrap();
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((100..=120).contains(&wait), "{wait}");
    // Behind a proxy of ours it is the proxy's client who counts.
    let other =
        Request::get("/").header("host", "a").header("x-forwarded-for", "198.51.100.7").body(Full::default()).unwrap();
    assert_eq!(ask(address, other).await.status, 200);
    gateway.expect(1, "v1", 6, 0).await;
    let metrics = gateway.admin.metrics().await.unwrap();
    assert!(metrics.contains("towel_gateway_rate_limited_total{backend=\"shop\"} 4\n"), "{metrics}");
}

#[tokio::test]
async fn requests_wait_for_an_instance_and_go_on_when_it_comes() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[])]).hold(60_000).0).await;
    let waiting: Vec<_> = (0..5).map(|_| tokio::spawn(async move { get(address, "/").await.body })).collect();
    until("all of them wait", || async { gateway.admin.stats().await.unwrap().backends["shop"].held == 5 }).await;
    gateway.put(&one(2, &[("v1", 1, &[("a", app.address)])]).hold(60_000).0).await;
    for request in waiting {
        assert_eq!(request.await.unwrap(), "app");
    }
    assert_eq!(gateway.admin.stats().await.unwrap().backends["shop"].held, 0);
}

#[tokio::test]
async fn a_request_that_waited_in_vain_is_told_to_come_back() {
    for hold in [0, 200] {
        let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[]), ("v2", 0, &[])]).hold(hold).0).await;
        let answer = get(address, "/").await;
        assert_eq!((answer.status, answer.body.as_str()), (503, "no instance of `shop` is ready\n"));
        assert_eq!(answer.headers["retry-after"], "1");
        gateway.expect(1, "v1", 0, 0).await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_while_it_waits_gives_its_place_back() {
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[])]).hold(600_000).0).await;
    let held = || async { gateway.admin.stats().await.unwrap().backends["shop"].held };
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    until("it waits", || async { held().await == 1 }).await;
    drop(stream);
    until("its place is free", || async { held().await == 0 }).await;
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let app = App::start("app").await;
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(40_000));
    assert!(raw(address, long.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let endless = format!("GET /{}", "x".repeat(40_000));
    assert!(raw(address, endless.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(100));
    assert!(raw(address, many.as_bytes()).await.starts_with("HTTP/1.1 431"));
    let fitting = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}X: {}\r\n\r\n",
        "X: y\r\n".repeat(90),
        "x".repeat(20_000)
    );
    assert!(raw(address, fitting.as_bytes()).await.starts_with("HTTP/1.1 200"));
    assert_eq!(app.requests(), 1);
}

#[tokio::test]
async fn a_head_that_drips_in_is_cut_off() {
    let app = App::start("app").await;
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let (reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    let dripping = tokio::spawn(async move {
        writer.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
        while writer.write_all(b"X: y\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    });
    let mut reader = reader;
    let mut answer = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_buf(&mut reader, &mut answer);
    tokio::time::timeout(Duration::from_secs(60), reading).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 408"));
    dripping.abort();
}
