//! Scenario 34: an upgrade of the gateway itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::http::{raw, read_until};
use crate::support::{App, Connection, Gateway, get, one, until};

#[tokio::test]
async fn no_connection_is_refused_while_the_gateway_is_replaced() {
    let app = App::start("app").await;
    let (mut gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let stop = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..6)
        .map(|_| {
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let mut answered = 0;
                while !stop.load(Ordering::Relaxed) {
                    // A new connection each time: a refused one would panic.
                    assert_eq!(get(address, "/").await.body, "app");
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    for _ in 0..3 {
        let successor = gateway.successor().await;
        gateway.has_ended().await;
        gateway = successor;
        assert_eq!(gateway.admin.stats().await.unwrap().generation, 1);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for task in load {
        assert!(task.await.unwrap() > 0);
    }
}

#[tokio::test]
async fn requests_that_began_before_end_on_the_old_gateway() {
    let app = App::start("app").await;
    let (mut gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /drip/60 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    read_until(&mut slow, "data: 1\n\n").await;
    let mut idle = Connection::open(address).await;
    idle.get("/").await.unwrap();
    let successor = gateway.successor().await;
    // The client may be sending its next request while the sockets change hands: that one is
    // answered as the last of its connection, and the one after it comes to the successor.
    assert_eq!(idle.get("/").await.unwrap().body, "app");
    assert!(!idle.is_open().await, "a connection that got its last answer is closed");
    read_until(&mut slow, "data: 59\n\n").await;
    gateway.has_ended().await;
    successor.put(&one(2, &[("v1", 1, &[("a", app.address)])]).0).await;
    assert_eq!(get(address, "/").await.body, "app");
}

#[tokio::test]
async fn a_drain_waits_for_what_the_old_gateway_has_under_way_too() {
    let app = App::start("app").await;
    let (mut gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let slow = tokio::spawn(async move { get(address, "/drip/60").await });
    until("the request runs", || async { app.requests() == 1 }).await;
    let successor = gateway.successor().await;
    assert_eq!(successor.admin.targets().await.unwrap()["a"], 1);
    successor.put(&one(2, &[("v1", 1, &[])]).0).await;
    assert_eq!(successor.admin.drain("a", Duration::from_secs(60)).await.unwrap().cut, 0);
    assert!(slow.await.unwrap().body.ends_with("data: 59\n\n"));
    gateway.has_ended().await;
    assert_eq!(successor.admin.targets().await.unwrap().get("a"), None);
}

#[tokio::test]
async fn a_takeover_of_nothing_is_a_start() {
    let app = App::start("app").await;
    let (mut gateway, _) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    gateway.signal(Signal::SIGTERM);
    gateway.has_ended().await;
    let successor = gateway.successor_of_nobody().await;
    assert_eq!(successor.admin.stats().await.unwrap().generation, 1);
}

#[tokio::test]
async fn a_terminated_gateway_ends_what_it_began_and_refuses_the_rest() {
    let app = App::start("app").await;
    let (mut gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let slow = tokio::spawn(async move { raw(address, b"GET /slow/700 HTTP/1.1\r\nHost: a\r\n\r\n").await });
    until("the request runs", || async { app.requests() == 1 }).await;
    gateway.signal(Signal::SIGTERM);
    until("it stops accepting", || async { TcpStream::connect(address).await.is_err() }).await;
    let answer = slow.await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("Connection: close") && answer.ends_with("app"),
        "{answer}"
    );
    gateway.has_ended().await;
}
