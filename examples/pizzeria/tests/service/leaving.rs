//! Told to stop, a service finishes what it has begun and lets go of everybody politely.

use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use pizzeria::Faults;
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::counter::{Counter, get, within};

#[tokio::test]
async fn a_request_in_flight_is_answered() {
    let counter = Counter::with(Faults { latency: Duration::from_secs(1), ..Faults::default() }).await;
    let asking = tokio::spawn(get(counter.address, "/menu"));
    // The request must have arrived: the count of requests to the health page is no use here, time is.
    tokio::time::sleep(Duration::from_millis(300)).await;
    counter.stop().await.unwrap();
    assert_eq!(asking.await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn new_connections_are_taken_for_a_moment_and_told_not_to_come_back() {
    let counter = Counter::open().await;
    let address = counter.address;
    let stopping = counter.tell_to_stop();
    let report = within(async {
        loop {
            let report = get(address, "/health/ready").await;
            if report.status != StatusCode::OK {
                return report;
            }
        }
    })
    .await;
    assert_eq!(report.json()["parts"]["uptime"]["reason"], "stopping");
    assert_eq!(report.headers["connection"], "close");
    stopping.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "it still listens");
}

#[tokio::test]
async fn websockets_are_closed_as_going_away() {
    let counter = Counter::open().await;
    let stream = TcpStream::connect(counter.address).await.unwrap();
    let (mut socket, _) = client_async(format!("ws://{}/orders/live", counter.address), stream).await.unwrap();
    assert!(matches!(within(socket.next()).await, Some(Ok(Message::Text(_)))), "no hello");
    let stopping = counter.tell_to_stop();
    let code = within(async {
        while let Some(message) = socket.next().await {
            if let Message::Close(Some(frame)) = message.unwrap() {
                return Some(frame.code);
            }
        }
        None
    })
    .await;
    assert_eq!(code, Some(CloseCode::Away));
    stopping.await.unwrap();
}

#[tokio::test]
async fn event_streams_end_whole() {
    let counter = Counter::open().await;
    let address = counter.address;
    let stream = tokio::spawn(get(address, "/orders/events"));
    within(async {
        while !get(address, "/metrics").await.text().contains("path=\"/orders/events\"} 1") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    counter.stop().await.unwrap();
    // A body that was cut off would be an error.
    assert!(stream.await.unwrap().text().starts_with("event: hello\n"));
}
