//! Clients that speak HTTP/2.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::support::{App, Gateway, one, until};

async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn ask(sender: &mut SendRequest<Full<Bytes>>, method: &str, path: &str, body: &str) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://shop.example{path}"))
        .header("cookie", "a=1")
        .header("cookie", "b=2");
    let response = sender.send_request(request.body(Full::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    (status, String::from_utf8_lossy(&response.into_body().collect().await.unwrap().to_bytes()).into_owned())
}

#[tokio::test]
async fn requests_over_http2_reach_applications_that_do_not_speak_it() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut sender = connect(address).await;
    assert_eq!(ask(&mut sender, "GET", "/", "").await, (200, "app".to_owned()));
    let large = "y".repeat(300_000);
    assert_eq!(ask(&mut sender, "POST", "/echo", &large).await.1, large);
    assert_eq!(ask(&mut sender, "GET", "/big/500000", "").await.1.len(), 500_000);
    assert!(ask(&mut sender, "GET", "/drip/3", "").await.1.ends_with("data: 2\n\n"));
    let headers = ask(&mut sender, "GET", "/headers", "").await.1;
    assert!(
        headers.contains("\"host\": \"shop.example\"") && headers.contains("\"cookie\": \"a=1; b=2\""),
        "{headers}"
    );
    assert_eq!(ask(&mut sender, "GET", "/status/503", "").await.0, 503);
    gateway.expect(1, "v1", 6, 1).await;
}

#[tokio::test]
async fn many_streams_share_a_connection() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let sender = connect(address).await;
    let streams = (0..100).map(|_| {
        let mut sender = sender.clone();
        async move { ask(&mut sender, "GET", "/slow/20", "").await }
    });
    let answers = futures_util::future::join_all(streams).await;
    assert!(answers.iter().all(|a| *a == (200, "app".to_owned())));
    gateway.expect(1, "v1", 100, 0).await;
}

/// Scenario 29, GOAWAY.
#[tokio::test]
async fn streams_that_are_open_end_when_the_gateway_goes_away() {
    let app = App::start("app").await;
    let (mut gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut sender = connect(address).await;
    let other = sender.clone();
    let long = tokio::spawn(async move { ask(&mut sender, "GET", "/drip/40", "").await });
    until("the stream is open", || async { app.requests() == 1 }).await;
    gateway.signal(nix::sys::signal::Signal::SIGTERM);
    until("new streams are refused", || async { other.is_closed() }).await;
    assert!(long.await.unwrap().1.ends_with("data: 39\n\n"));
    gateway.has_ended().await;
}

#[tokio::test]
async fn a_stream_that_the_client_resets_is_nobodys_fault() {
    let app = App::start("app").await;
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", app.address)])]).0).await;
    let mut sender = connect(address).await;
    let request = Request::get("http://a/events/0").body(Full::default()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    drop(response);
    let slow = Request::get("http://a/slow/60000").body(Full::default()).unwrap();
    let slow = sender.send_request(slow);
    drop(tokio::time::timeout(std::time::Duration::from_millis(300), slow).await);
    until("both are over", || async { gateway.admin.targets().await.unwrap()["a"] == 0 }).await;
    let counted = gateway.counted("shop", 1, "v1").await;
    assert_eq!((counted.requests, counted.bad), (0, 0));
}
