//! Scenario 7: a gateway that dies in the middle of a canary.

use std::net::SocketAddr;

use http_body_util::Full;
use hyper::Request;

use crate::support::{App, Gateway, ask, get, one};

async fn with_cookie(address: SocketAddr, cookie: Option<&str>) -> (String, Option<String>) {
    let mut request = Request::get("/").header("host", "a");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    let answer = ask(address, request.body(Full::default()).unwrap()).await;
    let set = answer.headers.get("set-cookie").map(|v| v.to_str().unwrap().split(';').next().unwrap().to_owned());
    (answer.body, set)
}

/// A port that was free a moment ago.
fn free_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn a_killed_gateway_comes_back_with_its_weights_and_cohorts() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let address = free_port();
    let table = one(7, &[("v1", 70, &[("a", old.address)]), ("v2", 30, &[("b", new.address)])]).sticky().at(address);
    let (gateway, _) = Gateway::with(&table.0).await;
    let mut clients = Vec::new();
    for _ in 0..60 {
        let (version, cookie) = with_cookie(address, None).await;
        clients.push((version, cookie.unwrap()));
    }
    let before = gateway.admin.stats().await.unwrap();
    let gateway = gateway.crash_and_restart().await;
    assert_eq!(gateway.admin.table().await.unwrap(), table.0);
    for (version, cookie) in &clients {
        let (now, set) = with_cookie(address, Some(cookie)).await;
        assert_eq!((&now, set), (version, None));
    }
    let after = gateway.admin.stats().await.unwrap();
    assert_eq!(after.generation, 7);
    assert_ne!(after.boot, before.boot, "whoever reads the counters sees that they began anew");
}

#[tokio::test]
async fn a_table_that_was_refused_does_not_come_back() {
    let app = App::start("app").await;
    let address = free_port();
    let (gateway, _) = Gateway::with(&one(2, &[("v1", 1, &[("a", app.address)])]).at(address).0).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = one(3, &[("v1", 1, &[("a", app.address)])]).at(taken.local_addr().unwrap());
    assert!(gateway.admin.put_table(&refused.0).await.is_err());
    let gateway = gateway.crash_and_restart().await;
    assert_eq!(gateway.admin.stats().await.unwrap().generation, 2);
    assert_eq!(get(address, "/").await.body, "app");
}

#[tokio::test]
async fn a_table_that_cannot_be_saved_is_in_force_all_the_same_and_says_so() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, _) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    // What a full disk does, a folder in the draft's place does as well, also for root.
    let state = gateway.admin.socket.with_file_name("state");
    std::fs::create_dir(state.with_file_name(format!("state.{}.new", gateway.child.id()))).unwrap();
    let in_force = gateway.put(&one(2, &[("v2", 1, &[("b", new.address)])]).0).await;
    let unsaved = in_force.unsaved.unwrap();
    assert!(unsaved.contains("is not saved in") && unsaved.contains("state"), "{unsaved}");
    assert_eq!(get(in_force.listeners[0].bound, "/").await.body, "new");
    let saved = std::fs::read_to_string(state).unwrap();
    assert!(saved.contains("\"generation\":1"), "the old state stays readable: {saved}");
}
