//! Good and bad versions.

use super::bench::{Bench, canary, service};
use crate::fake::Fate;
use crate::machine::{CauseKind, Outcome};
use towel_model::Strategy;

#[tokio::test(start_paused = true)]
async fn a_good_version_goes_through_all_steps_and_becomes_stable() {
    let bench = Bench::new(canary()).await;
    assert_eq!(bench.ship("v2").await, Outcome::Healthy);
    assert_eq!(bench.stable(), "v2");
    assert_eq!((bench.running("v1"), bench.running("v2")), (0, 3));
    assert!(bench.engine.most_instances("api") <= 4, "{}", bench.engine.most_instances("api"));
    assert_eq!((bench.traffic.unanswered("api"), bench.traffic.bad("api")), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_broken_version_is_rolled_back_and_the_old_one_serves() {
    let bench = Bench::new(canary()).await;
    bench.traffic.decide("v2", Fate::failing(1.0));
    let Outcome::RolledBack { cause } = bench.ship("v2").await else { panic!() };
    assert_eq!(cause.kind, CauseKind::Judged);
    println!("{cause}");
    assert_eq!(bench.stable(), "v1");
    assert_eq!((bench.running("v1"), bench.running("v2")), (3, 0));
    assert!(bench.traffic.bad("api") < 20, "{}", bench.traffic.bad("api"));
}

#[tokio::test(start_paused = true)]
async fn rolling_and_recreate_end_healthy_too() {
    for strategy in [Strategy::Rolling, Strategy::Recreate] {
        let bench = Bench::new(service(strategy)).await;
        assert_eq!(bench.ship("v2").await, Outcome::Healthy);
        assert_eq!((bench.running("v1"), bench.running("v2")), (0, 3));
    }
}
