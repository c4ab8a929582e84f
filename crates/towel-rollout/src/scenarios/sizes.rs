//! Every number of replicas with every surge: capacity, room and outcome hold for all of them.

use std::time::Duration;

use towel_model::{Range, Strategy};

use super::bench::{Bench, service};
use crate::fake::Fate;
use crate::machine::Outcome;

#[tokio::test(start_paused = true)]
async fn every_size_ships_and_goes_back_within_its_surge() {
    for strategy in [Strategy::Canary, Strategy::Rolling] {
        for replicas in 1..=5 {
            for surge in 1..=3 {
                for is_good in [true, false] {
                    ship(strategy, replicas, surge, is_good).await;
                }
            }
        }
    }
}

async fn ship(strategy: Strategy, replicas: u32, surge: u32, is_good: bool) {
    let what = format!("{strategy:?}, {replicas} replicas, surge {surge}, good: {is_good}");
    let mut service = service(strategy);
    service.replicas = Range { min: replicas, max: replicas }.into();
    service.rollout.surge = surge.into();
    let bench = Bench::new(service).await;
    bench.engine.drain_takes(Duration::from_secs(2));
    let id = bench.deploy("v2").await;
    if !is_good {
        bench.until_share("v2", if strategy == Strategy::Canary { 0.5 } else { 1.0 }).await;
        bench.traffic.decide("v2", Fate::failing(0.3));
        if strategy == Strategy::Rolling {
            bench.driver.abort("api", "ada").unwrap();
        }
    }
    let outcome = bench.end(id).await;
    assert_eq!(outcome == Outcome::Healthy, is_good, "{what}: {outcome:?}");
    let serving = if is_good { (0, replicas as usize) } else { (replicas as usize, 0) };
    assert_eq!((bench.running("v1"), bench.running("v2")), serving, "{what}");
    let most = (replicas + surge) as usize;
    assert!(bench.engine.most_instances("api") <= most, "{what}: {}", bench.engine.most_instances("api"));
    assert_eq!(bench.traffic.unanswered("api"), 0, "{what}");
}
