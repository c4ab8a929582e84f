//! Emptying an instance before it is stopped.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::support::http::{read_to_end, read_until};
use crate::support::{App, Connection, Gateway, get, one, until};

/// Generous: only a hang takes so long.
const LONG: Duration = Duration::from_secs(60);

async fn in_flight(gateway: &Gateway, target: &str) -> u64 {
    gateway.admin.targets().await.unwrap().get(target).copied().unwrap_or(0)
}

/// Scenario 29, a long download.
#[tokio::test]
async fn a_download_ends_across_a_drain_and_the_drain_waits_for_it() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    let download = tokio::spawn(async move { get(address, "/drip/40").await });
    until("the download runs", || async { in_flight(&gateway, "a").await == 1 }).await;
    gateway.put(&one(2, &[("v2", 1, &[("b", new.address)])]).0).await;
    assert_eq!(get(address, "/").await.body, "new");
    let drained = gateway.admin.drain("a", LONG).await.unwrap();
    assert_eq!(drained.cut, 0);
    assert!(download.await.unwrap().body.ends_with("data: 39\n\n"));
}

/// Scenario 29, a long upload.
#[tokio::test]
async fn an_upload_ends_across_a_drain() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n").await.unwrap();
    until("the upload runs", || async { in_flight(&gateway, "a").await == 1 }).await;
    gateway.put(&one(2, &[("v2", 1, &[("b", new.address)])]).0).await;
    let admin = gateway.admin.clone();
    let drain = tokio::spawn(async move { admin.drain("a", LONG).await.unwrap() });
    for _ in 0..10 {
        stream.write_all(&[b'x'; 100]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let answer = read_until(&mut stream, "Ok(1000)").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(drain.await.unwrap().cut, 0);
}

/// Scenario 29, an event stream.
#[tokio::test]
async fn an_event_stream_flows_at_once_and_is_cut_at_the_limit() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /events/0 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    // Each event comes although the answer never ends.
    read_until(&mut stream, "data: 3\n\n").await;
    gateway.put(&one(2, &[("v1", 1, &[])]).0).await;
    let start = Instant::now();
    let drained = gateway.admin.drain("a", Duration::from_millis(600)).await.unwrap();
    assert_eq!(drained.cut, 1);
    assert!(start.elapsed() >= Duration::from_millis(600));
    let rest = read_to_end(&mut stream).await;
    assert!(!rest.contains("0\r\n\r\n"), "the answer is not passed off as complete");
    until("it is counted out", || async { in_flight(&gateway, "a").await == 0 }).await;
    let counted = gateway.counted("shop", 1, "v1").await;
    assert_eq!((counted.requests, counted.bad), (0, 0), "an event stream is no evidence");
}

/// Scenario 31, first part: the application never ends what it began.
#[tokio::test]
async fn a_drain_ends_at_its_limit_even_if_nothing_else_does() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let post = hyper::Request::post("/slow/3000").header("host", "a").body("pay".into()).unwrap();
    let request = tokio::spawn(async move { crate::support::ask(address, post).await });
    until("the request runs", || async { app.requests() == 1 }).await;
    gateway.put(&one(2, &[("v1", 1, &[])]).0).await;
    let drained = gateway.admin.drain("a", Duration::from_millis(300)).await.unwrap();
    assert_eq!(drained.cut, 1);
    assert!(!request.is_finished());
    // What must not be sent twice may still be answered, as long as the application lives.
    assert_eq!(request.await.unwrap().body, "app");
}

#[tokio::test]
async fn a_question_that_the_old_instance_left_open_is_put_to_the_new_one() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    let long_poll = tokio::spawn(async move { get(address, "/slow/600000").await });
    until("the request runs", || async { old.requests() == 1 }).await;
    new.answer_at_once();
    gateway.put(&one(2, &[("v2", 1, &[("b", new.address)])]).0).await;
    gateway.admin.drain("a", Duration::from_millis(300)).await.unwrap();
    let answer = long_poll.await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "new"));
    until("it is counted out", || async { in_flight(&gateway, "a").await == 0 }).await;
    gateway.expect(1, "v1", 0, 0).await;
    gateway.expect(2, "v2", 0, 0).await;
}

#[tokio::test]
async fn draining_what_is_empty_or_unknown_returns_at_once() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    get(address, "/").await;
    until("the request is over", || async { in_flight(&gateway, "a").await == 0 }).await;
    for target in ["a", "never-heard-of"] {
        assert_eq!(gateway.admin.drain(target, LONG).await.unwrap().cut, 0);
    }
}

#[tokio::test]
async fn no_request_fails_while_instances_are_replaced_over_and_over() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let first = App::start("0").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("t0", first.address)])]).0).await;
    let stop = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..6)
        .map(|_| {
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await;
                let mut sent = 0;
                while !stop.load(Ordering::Relaxed) {
                    let post = hyper::Request::post("/length").header("host", "a").body("pay".into()).unwrap();
                    let answer = connection.ask(post).await.unwrap();
                    assert_eq!((answer.status, answer.body.as_str()), (200, "Ok(3)"));
                    sent += 1;
                }
                sent
            })
        })
        .collect();
    let mut old = first;
    for n in 1..=25u64 {
        let new = App::start(&n.to_string()).await;
        gateway.put(&one(n + 1, &[("v1", 1, &[(&format!("t{n}"), new.address)])]).0).await;
        assert_eq!(gateway.admin.drain(&format!("t{}", n - 1), LONG).await.unwrap().cut, 0);
        old.stop().await;
        old = new;
    }
    stop.store(true, Ordering::Relaxed);
    for task in load {
        assert!(task.await.unwrap() > 0);
    }
}
