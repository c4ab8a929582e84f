//! Shares of traffic, and their change under load.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use crate::support::{App, Connection, Gateway, get, one, until};

/// How often each name answered.
async fn names(address: SocketAddr, requests: usize) -> BTreeMap<String, usize> {
    let mut connection = Connection::open(address).await;
    let mut names = BTreeMap::new();
    for _ in 0..requests {
        let answer = connection.get("/").await.unwrap();
        assert_eq!(answer.status, 200);
        *names.entry(answer.body).or_default() += 1;
    }
    names
}

/// Five standard deviations: a healthy split fails this once in three million runs.
fn assert_share(hits: usize, of: usize, share: f64) {
    let (n, hits) = (of as f64, hits as f64);
    let deviation = (n * share * (1.0 - share)).sqrt();
    assert!((hits - n * share).abs() <= 5.0 * deviation, "{hits} of {n} where {share} was told");
}

#[tokio::test]
async fn requests_are_split_by_weight() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (_gateway, address) =
        Gateway::with(&one(1, &[("v1", 90, &[("a", old.address)]), ("v2", 10, &[("b", new.address)])]).0).await;
    let names = names(address, 4000).await;
    assert_share(names["new"], 4000, 0.1);
}

#[tokio::test]
async fn weights_need_not_add_up_to_a_hundred() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (_gateway, address) =
        Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)]), ("v2", 2, &[("b", new.address)])]).0).await;
    assert_share(names(address, 3000).await["new"], 3000, 2.0 / 3.0);
}

#[tokio::test]
async fn a_version_without_weight_or_without_instances_gets_nothing() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, address) =
        Gateway::with(&one(1, &[("v1", 0, &[("a", old.address)]), ("v2", 7, &[("b", new.address)])]).0).await;
    assert_eq!(names(address, 200).await.get("old"), None);
    gateway.put(&one(2, &[("v1", 50, &[("a", old.address)]), ("v2", 50, &[])]).0).await;
    assert_eq!(names(address, 200).await.get("new"), None);
}

#[tokio::test]
async fn instances_of_a_version_share_its_requests() {
    let apps = [App::start("1").await, App::start("2").await, App::start("3").await];
    let targets: Vec<_> = ["a", "b", "c"].into_iter().zip(apps.iter().map(|a| a.address)).collect();
    let (_gateway, address) = Gateway::with(&one(1, &[("v1", 1, &targets)]).0).await;
    let names = names(address, 3000).await;
    for app in ["1", "2", "3"] {
        assert_share(names[app], 3000, 1.0 / 3.0);
    }
}

/// Scenario 26.
#[tokio::test]
async fn weights_change_under_load_without_a_failure_and_hold_exactly() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let table = |generation, weight| {
        one(generation, &[("v1", 100 - weight, &[("a", old.address)]), ("v2", weight, &[("b", new.address)])]).0
    };
    let (gateway, address) = Gateway::with(&table(1, 10)).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut load = JoinSet::new();
    for _ in 0..8 {
        let stop = Arc::clone(&stop);
        load.spawn(async move {
            let mut connection = Connection::open(address).await;
            let mut sent = 0u64;
            while !stop.load(Ordering::Relaxed) {
                assert_eq!(connection.get("/").await.unwrap().status, 200);
                sent += 1;
            }
            sent
        });
    }
    let steps = [(1, 10), (2, 50), (3, 100), (4, 0), (5, 25)];
    for (generation, weight) in steps {
        gateway.put(&table(generation, weight)).await;
        until("every step had its requests", || async {
            let (a, b) =
                (gateway.counted("shop", generation, "v1").await, gateway.counted("shop", generation, "v2").await);
            a.requests + b.requests >= 1500
        })
        .await;
    }
    stop.store(true, Ordering::Relaxed);
    let sent: u64 = load.join_all().await.iter().sum();
    let counted = async |generation| {
        let (a, b) = (gateway.counted("shop", generation, "v1").await, gateway.counted("shop", generation, "v2").await);
        assert_eq!((a.bad, b.bad), (0, 0));
        (a.requests, b.requests)
    };
    until("every request is counted once, under the split that routed it", || async {
        let mut sum = 0;
        for (generation, _) in steps {
            let (a, b) = counted(generation).await;
            sum += a + b;
        }
        assert!(sum <= sent, "{sum} counted, {sent} sent");
        sum == sent
    })
    .await;
    for (generation, weight) in steps {
        let (a, b) = counted(generation).await;
        assert_share(b as usize, (a + b) as usize, f64::from(weight) / 100.0);
    }
}

#[tokio::test]
async fn every_request_that_starts_after_the_table_was_put_follows_it() {
    let (old, new) = (App::start("old").await, App::start("new").await);
    let (gateway, address) = Gateway::with(&one(1, &[("v1", 1, &[("a", old.address)])]).0).await;
    let mut kept = Connection::open(address).await;
    kept.get("/").await.unwrap();
    for generation in 2..60 {
        let app = if generation % 2 == 0 { &new } else { &old };
        gateway
            .put(&one(generation, &[("v", 1, &[(if generation % 2 == 0 { "b" } else { "a" }, app.address)])]).0)
            .await;
        let expected = if generation % 2 == 0 { "new" } else { "old" };
        assert_eq!(kept.get("/").await.unwrap().body, expected);
        assert_eq!(get(address, "/").await.body, expected);
    }
}
