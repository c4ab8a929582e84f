//! Order progress over a WebSocket and as an event stream.

use futures_util::StreamExt;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;

use crate::counter::{Counter, get, within};

#[tokio::test]
async fn a_websocket_tells_who_it_is_and_then_every_stage_of_an_order() {
    let counter = Counter::open().await;
    let stream = TcpStream::connect(counter.address).await.unwrap();
    let (mut socket, _) = client_async(format!("ws://{}/orders/live", counter.address), stream).await.unwrap();
    counter.order("k1", r#"{"pizza":"diavola"}"#).await;
    let mut messages = Vec::new();
    while messages.len() < 3 {
        let message = within(socket.next()).await.unwrap().unwrap();
        if message.is_text() {
            messages.push(serde_json::from_str::<Value>(message.to_text().unwrap()).unwrap());
        }
    }
    assert_eq!((&messages[0]["service"], &messages[0]["version"]), (&"api".into(), &"v1".into()));
    assert_eq!((&messages[1]["pizza"], &messages[1]["stage"]), (&"diavola".into(), &"received".into()));
    assert_eq!(messages[2]["stage"], "dough");
}

#[tokio::test]
async fn an_event_stream_tells_the_same() {
    let counter = Counter::open().await;
    let mut stream = BufReader::new(TcpStream::connect(counter.address).await.unwrap());
    stream.write_all(b"GET /orders/events HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
    let mut lines = stream.lines();
    let mut until = async |wanted: &str| {
        while !within(lines.next_line()).await.unwrap().unwrap().contains(wanted) {}
    };
    until("event: hello").await;
    counter.order("k1", "").await;
    until("event: order").await;
    until("\"stage\":\"received\"").await;
}

#[tokio::test]
async fn who_asks_for_the_websocket_without_being_one_is_told_so() {
    let answer = get(Counter::open().await.address, "/orders/live").await;
    assert_eq!(answer.status, http::StatusCode::UPGRADE_REQUIRED);
    assert!(answer.text().contains("ws://"));
}
