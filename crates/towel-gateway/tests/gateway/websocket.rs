//! Scenario 30: WebSockets across table swaps, rollbacks and drains.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, accept_async, connect_async};

use crate::support::http::{raw, read_until};
use crate::support::{App, Gateway, one, until};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Echo {
    address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

impl Echo {
    /// Answers each message with its name and the message.
    async fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let mut socket = accept_async(stream).await.unwrap();
                    while let Some(Ok(message)) = socket.next().await {
                        if let Message::Text(text) = message {
                            socket.send(format!("{name} {text}").into()).await.unwrap();
                        }
                    }
                });
            }
        });
        Self { address, serving }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn connect(address: SocketAddr) -> Socket {
    connect_async(format!("ws://{address}/socket")).await.unwrap().0
}

async fn say(socket: &mut Socket, text: &str) -> String {
    socket.send(text.into()).await.unwrap();
    socket.next().await.unwrap().unwrap().into_text().unwrap().to_string()
}

async fn close_code(socket: &mut Socket) -> Option<CloseCode> {
    loop {
        match tokio::time::timeout(Duration::from_secs(60), socket.next()).await.unwrap() {
            Some(Ok(Message::Close(frame))) => return frame.map(|f| f.code),
            Some(Ok(_)) => {}
            _ => return None,
        }
    }
}

#[tokio::test]
async fn a_socket_survives_swaps_and_a_rollback() {
    let (old, new) = (Echo::start("old").await, Echo::start("new").await);
    let table = |generation, weight| {
        one(generation, &[("v1", 100 - weight, &[("a", old.address)]), ("v2", weight, &[("b", new.address)])]).0
    };
    let (gateway, address) = Gateway::with(&table(1, 0)).await;
    let mut before = connect(address).await;
    assert_eq!(say(&mut before, "1").await, "old 1");
    gateway.put(&table(2, 100)).await;
    let mut during = connect(address).await;
    assert_eq!(say(&mut before, "2").await, "old 2");
    assert_eq!(say(&mut during, "2").await, "new 2");
    gateway.put(&table(3, 0)).await;
    assert_eq!(say(&mut before, "3").await, "old 3");
    assert_eq!(say(&mut during, "3").await, "new 3");
    gateway.put(&one(4, &[("v1", 1, &[("a", old.address)])]).0).await;
    assert_eq!(say(&mut during, "4").await, "new 4", "a target without a table keeps what is under way");
    assert_eq!(gateway.admin.targets().await.unwrap()["b"], 1);
}

#[tokio::test]
async fn a_drain_waits_for_sockets_and_asks_them_to_come_back_at_its_limit() {
    let (old, new) = (Echo::start("old").await, Echo::start("new").await);
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    let mut leaving = connect(address).await;
    let mut staying = connect(address).await;
    assert_eq!(say(&mut staying, "hello").await, "old hello");
    gateway.put(&one(2, &[("v2", 1, &[("b", new.address)])]).0).await;
    let admin = gateway.admin.clone();
    let start = Instant::now();
    let drain = tokio::spawn(async move { admin.drain("a", Duration::from_secs(3)).await.unwrap() });
    leaving.close(None).await.unwrap();
    assert_eq!(say(&mut staying, "still").await, "old still");
    assert_eq!(close_code(&mut staying).await, Some(CloseCode::Restart));
    drain.await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(2), "closed after {:?}", start.elapsed());
    let mut again = connect(address).await;
    assert_eq!(say(&mut again, "back").await, "new back");
}

#[tokio::test]
async fn sockets_are_closed_with_jitter() {
    let old = Echo::start("old").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        let mut socket = connect(address).await;
        say(&mut socket, "x").await;
        sockets.push(socket);
    }
    let admin = gateway.admin.clone();
    let drain = tokio::spawn(async move { admin.drain("a", Duration::from_secs(5)).await.unwrap() });
    let closings = sockets.into_iter().map(|mut socket| async move {
        let code = close_code(&mut socket).await;
        (code, Instant::now())
    });
    let closed = futures_util::future::join_all(closings).await;
    assert_eq!(drain.await.unwrap().cut, 0);
    assert!(closed.iter().all(|(code, _)| *code == Some(CloseCode::Restart)), "{closed:?}");
    let times: Vec<_> = closed.iter().map(|(_, at)| *at).collect();
    let spread = *times.iter().max().unwrap() - *times.iter().min().unwrap();
    assert!(spread >= Duration::from_millis(50), "all closed within {spread:?}");
}

#[tokio::test]
async fn sockets_are_told_that_the_gateway_goes_away() {
    let app = Echo::start("app").await;
    let (mut gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut socket = connect(address).await;
    assert_eq!(say(&mut socket, "1").await, "app 1");
    gateway.signal(Signal::SIGTERM);
    until("it stops accepting", || async { TcpStream::connect(address).await.is_err() }).await;
    assert_eq!(say(&mut socket, "2").await, "app 2");
    // The second signal says: now.
    gateway.signal(Signal::SIGTERM);
    assert_eq!(close_code(&mut socket).await, Some(CloseCode::Away));
    gateway.has_ended().await;
}

#[tokio::test]
async fn a_socket_is_no_evidence() {
    let app = Echo::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut socket = connect(address).await;
    say(&mut socket, "x").await;
    drop(socket);
    until("the socket is closed", || async { gateway.admin.targets().await.unwrap()["a"] == 0 }).await;
    gateway.expect(1, "v1", 0, 0).await;
}

const UPGRADE: &str = "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[tokio::test]
async fn bytes_on_the_heels_of_the_upgrade_reach_the_other_side() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_until(&mut stream, "\r\n\r\n").await;
        stream
            .write_all(
                b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\nserver first;",
            )
            .await
            .unwrap();
        let mut got = [0; 12];
        stream.read_exact(&mut got).await.unwrap();
        stream.write_all(&got).await.unwrap();
    });
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", target)])]).0).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(UPGRADE.replace("websocket", "other").as_bytes()).await.unwrap();
    let head = read_until(&mut stream, "server first;").await;
    assert!(head.starts_with("HTTP/1.1 101") && head.contains("Upgrade: other"), "{head}");
    stream.write_all(b"client next;").await.unwrap();
    read_until(&mut stream, "client next;").await;
    serving.await.unwrap();
}

/// Scenario 33, bytes after an upgrade that was not granted.
#[tokio::test]
async fn bytes_behind_an_upgrade_that_is_not_granted_are_not_a_request() {
    let app = App::start("app").await;
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let smuggled = format!("{UPGRADE}GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    let answer = raw(address, smuggled.as_bytes()).await;
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    assert_eq!(app.requests(), 1);
}
