//! Orders in a real Redis: shared between instances, behind a password.

use std::process::{Child, Command, Stdio};

use http::StatusCode;
use pizzeria::{ApiSettings, Faults};

use crate::counter::{Counter, server, within};

struct Redis {
    child: Child,
    port: u16,
}

impl Drop for Redis {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn start() -> Redis {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--requirepass", "p@ss"])
        .stdout(Stdio::null())
        .spawn()
        .expect("`redis-server` is installed");
    let redis = Redis { child, port };
    within(async {
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    redis
}

async fn counter(port: u16, password: &str) -> Counter {
    let redis_url = Some(format!("redis://:{password}@127.0.0.1:{port}"));
    Counter::run(ApiSettings { server: server(Faults::default()), redis_url, memory_limit: None }).await
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn needs_redis_so_that_instances_share_their_orders() {
    let redis = start().await;
    let (one, other) = (counter(redis.port, "p%40ss").await, counter(redis.port, "p%40ss").await);
    let taken = one.order("k1", r#"{"pizza":"funghi","name":"Ada"}"#).await;
    let again = other.order("k1", r#"{"pizza":"funghi","name":"Ada"}"#).await;
    assert_eq!((taken.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    let found = other.get(&format!("/orders/{}", taken.json()["id"].as_str().unwrap())).await.json();
    assert_eq!((&found["name"], &found["placed"]), (&"Ada".into(), &taken.json()["placed"]));
    assert_eq!(other.get("/orders").await.json()["orders"][0]["id"], taken.json()["id"]);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn needs_redis_to_tell_progress_of_orders_that_another_instance_took() {
    use futures_util::StreamExt;
    let redis = start().await;
    let (one, other) = (counter(redis.port, "p%40ss").await, counter(redis.port, "p%40ss").await);
    let stream = tokio::net::TcpStream::connect(other.address).await.unwrap();
    let url = format!("ws://{}/orders/live", other.address);
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    one.order("k1", "").await;
    within(async {
        loop {
            let message = socket.next().await.unwrap().unwrap();
            if message.is_text() && message.to_text().unwrap().contains("\"stage\":\"dough\"") {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn needs_redis_and_its_password_to_be_ready() {
    let redis = start().await;
    let report = counter(redis.port, "wrong").await.get("/health/ready").await;
    assert_eq!(report.status, StatusCode::SERVICE_UNAVAILABLE);
    let reason = report.json()["parts"]["database"]["reason"].to_string();
    assert!(reason.contains("redis refused `AUTH`"), "{reason}");
}
