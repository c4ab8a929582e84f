//! Clients that stay where they are.

use std::net::SocketAddr;

use http_body_util::Full;
use hyper::Request;
use towel_gateway::table::Table;

use crate::support::{Answer, App, Gateway, ask, one};

struct Client {
    cookie: Option<String>,
}

impl Client {
    fn new() -> Self {
        Self { cookie: None }
    }

    async fn get(&mut self, address: SocketAddr, path: &str) -> Answer {
        let mut request = Request::get(path).header("host", "a");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        let answer = ask(address, request.body(Full::default()).unwrap()).await;
        if let Some(set) = answer.headers.get("set-cookie") {
            self.cookie = set.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        answer
    }
}

struct Apps {
    old: [App; 2],
    new: [App; 2],
}

impl Apps {
    async fn start() -> Self {
        let old = [App::start("old-1").await, App::start("old-2").await];
        Self { old, new: [App::start("new-1").await, App::start("new-2").await] }
    }

    fn table(&self, generation: u64, weight: u32) -> Table {
        let old = [("o1", self.old[0].address), ("o2", self.old[1].address)];
        let new = [("n1", self.new[0].address), ("n2", self.new[1].address)];
        one(generation, &[("v1", 100 - weight, &old), ("v2", weight, &new)]).sticky().0
    }
}

#[tokio::test]
async fn a_new_client_gets_one_cookie_that_scripts_cannot_read() {
    let apps = Apps::start().await;
    let (_gateway, address) = Gateway::with(&apps.table(1, 10)).await;
    let mut client = Client::new();
    let first = client.get(address, "/").await;
    let cookie = first.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("towel-shop=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    for _ in 0..20 {
        let again = client.get(address, "/").await;
        assert_eq!(again.body, first.body);
        assert!(!again.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn nobody_flips_back_as_the_weight_grows_and_a_tenth_stays_a_tenth() {
    let apps = Apps::start().await;
    let (gateway, address) = Gateway::with(&apps.table(1, 10)).await;
    let mut clients: Vec<_> = (0..600).map(|_| Client::new()).collect();
    let mut on_new = vec![false; clients.len()];
    for (generation, weight) in [(1, 10), (2, 10), (3, 50), (4, 100)] {
        gateway.put(&apps.table(generation, weight)).await;
        for (client, was_new) in clients.iter_mut().zip(&mut on_new) {
            let is_new = client.get(address, "/").await.body.starts_with("new");
            assert!(is_new || !*was_new, "a client went back at {weight} %");
            assert!(generation != 2 || is_new == *was_new, "the same weight moved a client");
            *was_new = is_new;
        }
        let share = on_new.iter().filter(|n| **n).count() as f64;
        let (n, p) = (clients.len() as f64, f64::from(weight) / 100.0);
        assert!((share - n * p).abs() <= 5.0 * (n * p * (1.0 - p)).sqrt(), "{share} of {n} at {weight} %");
    }
}

/// Scenario 32, first half.
#[tokio::test]
async fn clients_of_a_removed_target_move_once_and_others_not_at_all() {
    let apps = [App::start("1").await, App::start("2").await, App::start("3").await];
    let targets: Vec<_> = ["a", "b", "c"].into_iter().zip(apps.iter().map(|a| a.address)).collect();
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &targets)]).sticky().0).await;
    let mut clients: Vec<_> = (0..60).map(|_| Client::new()).collect();
    let mut before = Vec::new();
    for client in &mut clients {
        before.push(client.get(address, "/").await.body);
    }
    gateway.put(&one(2, &[("v1", 1, &targets[1..])]).sticky().0).await;
    for (client, before) in clients.iter_mut().zip(&before) {
        let after = client.get(address, "/").await;
        assert!(!after.headers.contains_key("set-cookie"), "it stays the same client");
        assert!(if before == "1" { after.body != "1" } else { after.body == *before });
        assert_eq!(client.get(address, "/").await.body, after.body);
    }
}

/// Scenario 32, second half.
#[tokio::test]
async fn a_forged_cookie_is_ignored_and_replaced() {
    let apps = Apps::start().await;
    let (_gateway, address) = Gateway::with(&apps.table(1, 10)).await;
    let forgeries = [
        "towel-shop=0000000000000000.0000",
        "towel-shop=",
        "towel-shop=new",
        &format!("towel-shop=0000000000000000.{}", "0".repeat(64)),
    ];
    for forged in forgeries {
        let mut client = Client { cookie: Some(forged.to_owned()) };
        let answer = client.get(address, "/").await;
        assert_eq!(answer.status, 200);
        assert!(answer.headers.contains_key("set-cookie"), "{forged}");
        assert_ne!(client.cookie.as_deref(), Some(forged));
    }
    // A real one whose client id was changed.
    let mut client = Client::new();
    client.get(address, "/").await;
    let real = client.cookie.clone().unwrap();
    let digit = if real.as_bytes()[11] == b'0' { "1" } else { "0" };
    client.cookie = Some(format!("{}{digit}{}", &real[..11], &real[12..]));
    assert!(client.get(address, "/").await.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn only_a_sticky_clients_first_bad_answer_counts() {
    let apps = Apps::start().await;
    let (gateway, address) = Gateway::with(&apps.table(1, 0)).await;
    let (mut unlucky, mut lucky) = (Client::new(), Client::new());
    for _ in 0..3 {
        unlucky.get(address, "/").await;
    }
    for _ in 0..8 {
        assert_eq!(unlucky.get(address, "/status/500").await.status, 500);
    }
    unlucky.get(address, "/").await;
    lucky.get(address, "/").await;
    gateway.expect(1, "v1", 5, 1).await;
    // A new epoch begins anew.
    gateway.put(&apps.table(2, 0)).await;
    unlucky.get(address, "/status/500").await;
    gateway.expect(2, "v1", 1, 1).await;
}
