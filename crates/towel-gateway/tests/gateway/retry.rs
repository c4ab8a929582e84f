//! What is sent again, and what never is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::http::{raw, read_until};
use crate::support::{App, Connection, Gateway, ask, get, one, until};

/// A server whose connections a test plays by hand.
struct Scripted {
    address: SocketAddr,
    /// Connections that came.
    connections: Arc<AtomicUsize>,
    serving: tokio::task::JoinHandle<()>,
}

impl Scripted {
    async fn start<F, P>(play: P) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
        P: Fn(TcpStream, usize) -> F + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(play(stream, counter.fetch_add(1, Ordering::SeqCst)));
            }
        });
        Self { address, connections, serving }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers one request, which ends like this, and closes as it gets the next.
async fn answer_once_then_close(mut stream: TcpStream, end: &str) {
    read_until(&mut stream, end).await;
    stream.write_all(OK).await.unwrap();
    let mut next = [0; 1];
    drop(stream.read(&mut next).await);
}

/// Scenario 27.
#[tokio::test]
async fn a_request_that_meets_a_closing_connection_is_sent_over_a_new_one() {
    let server = Scripted::start(|stream, _| answer_once_then_close(stream, "\r\n\r\n")).await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", server.address)])]).0).await;
    let mut connection = Connection::open(address).await;
    for _ in 0..20 {
        assert_eq!(connection.get("/").await.unwrap().status, 200);
    }
    gateway.expect(1, "v1", 20, 0).await;
    let metrics = gateway.admin.metrics().await.unwrap();
    assert!(metrics.contains("towel_gateway_retries_total{backend=\"shop\",reason=\"stale\"}"), "{metrics}");
}

#[tokio::test]
async fn a_post_that_met_a_closing_connection_is_not_sent_again() {
    let server = Scripted::start(|stream, _| answer_once_then_close(stream, "pay")).await;
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", server.address)])]).0).await;
    let post = || Request::post("/").header("host", "a").body(Full::from("pay")).unwrap();
    let mut connection = Connection::open(address).await;
    assert_eq!(connection.ask(post()).await.unwrap().status, 200);
    // The same connection is taken, since it is fresh; the target closes it under the request.
    assert_eq!(connection.ask(post()).await.unwrap().status, 502);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    let with_key =
        Request::post("/").header("host", "a").header("idempotency-key", "1").body(Full::from("pay")).unwrap();
    assert_eq!(connection.ask(with_key).await.unwrap().status, 200);
}

/// Scenario 28.
#[tokio::test]
async fn a_post_that_is_cut_in_its_body_is_never_sent_twice() {
    let server = Scripted::start(|mut stream, _| async move {
        read_until(&mut stream, "first half").await;
        // Closed in the middle of the body, with bytes unread: the gateway gets a reset.
    })
    .await;
    let stable = App::start("stable").await;
    let table = one(1, &[("v1", 0, &[("s", stable.address)]), ("v2", 1, &[("c", server.address)])]);
    let (gateway, address) = Gateway::with(&table.0).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nfirst half").await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 502"), "{answer}");
    assert_eq!((server.connections.load(Ordering::SeqCst), stable.requests()), (1, 0));
    gateway.expect(1, "v2", 1, 1).await;
}

#[tokio::test]
async fn a_client_that_breaks_off_its_body_is_nobodys_fault() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nfirst half").await.unwrap();
    until("the application has the request", || async { app.requests() == 1 }).await;
    drop(stream);
    until("the request is over", || async { gateway.admin.targets().await.unwrap()["a"] == 0 }).await;
    let counted = gateway.counted("shop", 1, "v1").await;
    assert_eq!((counted.requests, counted.bad), (0, 0));
    assert_eq!(app.requests(), 1);
}

#[tokio::test]
async fn what_the_new_version_fails_at_the_first_one_answers() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let table = one(1, &[("v1", 0, &[("a", old.address)]), ("v2", 1, &[("b", new.address)])]);
    let (gateway, address) = Gateway::with(&table.0).await;
    for status in [500, 502, 503, 504] {
        new.break_with(status);
        let put = Request::put("/echo").header("host", "a").body(Full::from("kept")).unwrap();
        assert_eq!(ask(address, put).await.body, "kept", "{status}");
        assert_eq!(get(address, "/").await.body, "old", "{status}");
    }
    // It counts as bad for the new version, and for the first one as nothing.
    gateway.expect(1, "v2", 8, 8).await;
    gateway.expect(1, "v1", 0, 0).await;
    let post = Request::post("/echo").header("host", "a").body(Full::from("x")).unwrap();
    assert_eq!(ask(address, post).await.status, 504);
    new.break_with(501);
    assert_eq!(get(address, "/").await.status, 501);
    gateway.expect(1, "v2", 10, 10).await;
    assert_eq!(old.requests(), 8);
}

#[tokio::test]
async fn a_body_too_large_to_keep_is_not_repeated() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    new.break_with(500);
    let table = one(1, &[("v1", 0, &[("a", old.address)]), ("v2", 1, &[("b", new.address)])]);
    let (_gateway, address) = Gateway::with(&table.0).await;
    // The application answers before it has read the body, so whether that is whole is open; a
    // whole small one is repeated.
    let small = Request::put("/length").header("host", "a").body(Full::from(vec![b'x'; 60_000])).unwrap();
    assert_eq!(ask(address, small).await.body, "Ok(60000)");
    let server = Scripted::start(|mut stream, _| async move {
        let mut read = 0;
        let mut part = vec![0; 65536];
        while read < 200_000 {
            read += stream.read(&mut part).await.unwrap();
        }
        stream.write_all(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    })
    .await;
    let table = one(2, &[("v1", 0, &[("a", old.address)]), ("v2", 1, &[("c", server.address)])]);
    _gateway.put(&table.0).await;
    let large = Request::put("/length").header("host", "a").body(Full::from(vec![b'x'; 200_000])).unwrap();
    assert_eq!(ask(address, large).await.status, 500);
}

#[tokio::test]
async fn a_new_version_that_is_gone_silent_or_broken_costs_nobody_an_error() {
    let old = App::start("old").await;
    let gone = App::start("gone").await.stop().await;
    let silent = Scripted::start(|stream, _| async move {
        tokio::time::sleep(Duration::from_secs(600)).await;
        drop(stream);
    })
    .await;
    let broken = Scripted::start(|mut stream, _| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(b"this is not HTTP\r\n\r\n").await.unwrap();
    })
    .await;
    let closing = Scripted::start(|mut stream, _| async move { drop(read_until(&mut stream, "\r\n\r\n").await) }).await;
    let addresses = [gone, silent.address, broken.address, closing.address];
    let gateway = Gateway::start().await;
    for (generation, address) in (1..).zip(addresses) {
        let table =
            one(generation, &[("v1", 0, &[("a", old.address)]), ("v2", 1, &[(&format!("b{generation}"), address)])])
                .timeout(300);
        let front = gateway.put(&table.0).await.listeners[0].bound;
        assert_eq!(get(front, "/").await.body, "old", "{generation}");
        gateway.expect(generation, "v2", 1, 1).await;
        gateway.expect(generation, "v1", 0, 0).await;
    }
}

/// Scenario 31, second and third part: the table still has an instance that is gone.
#[tokio::test]
async fn an_instance_that_is_gone_before_the_table_knows_costs_nobody_an_error() {
    let alive = App::start("alive").await;
    let gone = App::start("gone").await.stop().await;
    let table = one(1, &[("v1", 1, &[("dead", gone), ("alive", alive.address)])]);
    let (_gateway, address) = Gateway::with(&table.0).await;
    for n in 0..40 {
        let post = Request::post("/echo").header("host", "a").body(Full::from(n.to_string())).unwrap();
        assert_eq!(ask(address, post).await.body, n.to_string());
    }
}

#[tokio::test]
async fn without_another_instance_the_failure_is_told() {
    let gone = App::start("gone").await.stop().await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", gone)])]).timeout(500).0).await;
    let answer = get(address, "/").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.body, "`shop` cannot be connected to: connection refused\n");
    let silent = Scripted::start(|stream, _| async move {
        tokio::time::sleep(Duration::from_secs(600)).await;
        drop(stream);
    })
    .await;
    gateway.put(&one(2, &[("v1", 1, &[("b", silent.address)])]).timeout(300).0).await;
    let answer = get(address, "/").await;
    assert_eq!((answer.status, answer.body.as_str()), (504, "`shop` did not answer within 300ms\n"));
    gateway.expect(1, "v1", 1, 1).await;
    gateway.expect(2, "v1", 1, 1).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_bad_and_the_client_can_tell() {
    let server = Scripted::start(|mut stream, _| async move {
        read_until(&mut stream, "\r\n\r\n").await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await.unwrap();
    })
    .await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", server.address)])]).0).await;
    let answer = raw(address, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.ends_with("half") && answer.contains("Content-Length: 100"), "{answer}");
    gateway.expect(1, "v1", 1, 1).await;
}
