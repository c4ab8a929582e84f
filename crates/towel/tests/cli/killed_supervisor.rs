//! The supervisor gets SIGKILL, at rest and in the middle of everything; users must not notice.

use std::process::Stdio;
use std::time::Duration;

use towel_testkit::{eventually, eventually_some};

use crate::support::{API, Ended, Shop, TOWEL, Users, kill_at_once, left_in};

/// Answers every request with 500, and looks healthy to its probes.
const BAD: &str = "--error-rate 1";

#[test]
fn a_killed_supervisor_finds_its_instances_again() {
    let shop = Shop::open(API);
    let users = shop.users(150.0);
    let before = shop.running("api");
    let gateway = shop.processes(" gateway ");
    for _ in 0..2 {
        shop.kill_supervisor();
        users.await_requests(20);
        shop.towel(&["up", "--detach", "--quiet"]).expect(0);
        assert_eq!(shop.running("api"), before);
        assert_eq!(shop.processes(" gateway "), gateway, "the gateway serves on");
        shop.await_exactly(2, "v1");
    }
    users.stop_satisfied();
}

#[test]
fn down_stops_everything_that_a_killed_supervisor_left() {
    let shop = Shop::open(API);
    shop.kill_supervisor();
    assert!(!left_in(shop.project().folder()).is_empty(), "what it ran stays");
    let down = shop.towel(&["down"]).expect(0);
    assert_eq!(down.stdout, "what was left of environment `dev` is stopped\n");
    assert_eq!(left_in(shop.project().folder()), []);
}

#[test]
fn a_first_start_that_is_cut_short_is_finished_by_the_next() {
    for instances in 0..3 {
        let shop = Shop::new(API).version("v1", "");
        let mut up = shop.project().command(TOWEL, &["up", "--detach", "--version", "v1", "--quiet"]);
        let mut up = up.stderr(Stdio::null()).spawn().unwrap();
        // Not the times are what matters, but how much of it is there already.
        eventually("it has come so far", || shop.processes(" shim ").len() >= instances);
        let supervisor = eventually_some("its supervisor runs", || shop.processes(" supervise").first().copied());
        kill_at_once(supervisor);
        up.wait().unwrap();
        shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
        shop.await_exactly(2, "v1");
        assert_eq!(shop.processes(" shim ").len(), 2);
    }
}

#[test]
fn a_good_version_is_healthy_wherever_the_supervisor_is_killed() {
    let shop = Shop::open(API);
    let users = shop.users(150.0);
    let undisturbed = shop.deploy("api", "v2");
    assert_eq!(undisturbed.outcome, "healthy");
    for (place, version) in places(7, 6).into_iter().zip(["v1", "v2"].into_iter().cycle()) {
        let ended = interrupted(&shop, &users, version, undisturbed.seconds * place);
        assert_eq!((ended.outcome.as_str(), ended.cause.as_str()), ("healthy", ""), "killed at {place:.2} of it");
        shop.await_exactly(2, version);
    }
    users.stop_satisfied();
}

#[test]
fn a_bad_version_goes_back_wherever_the_supervisor_is_killed() {
    let shop = Shop::open(API).version("v3", BAD);
    let users = shop.users(150.0);
    users.await_requests(100);
    let undisturbed = shop.deploy("api", "v3");
    assert_eq!(undisturbed.outcome, "rolled_back");
    for place in places(11, 5) {
        let ended = interrupted(&shop, &users, "v3", undisturbed.seconds * place);
        assert_eq!(ended.outcome, "rolled_back", "killed at {place:.2} of it");
        assert!(ended.cause.contains("`v3` answered"), "{}", ended.cause);
        shop.await_exactly(2, "v1");
    }
    users.stop_satisfied();
}

#[test]
fn a_rollback_comes_to_its_end_although_two_supervisors_are_killed() {
    let shop = Shop::open(API);
    let users = shop.users(150.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    let undisturbed = Ended::read(&shop.towel(&["rollback", "api", "--json"]).expect(0).stdout);
    for (place, version) in places(13, 4).into_iter().zip(["v2", "v1"].into_iter().cycle()) {
        let before = shop.newest_rollout();
        let waiting = shop.begin_rollback("api", version);
        eventually("the rollback is journalled", || shop.newest_rollout() > before);
        let rollout = shop.newest_rollout();
        users.go_on_for(Duration::from_secs_f64(undisturbed.seconds * place));
        shop.kill_supervisor();
        let told = waiting.wait_with_output().unwrap();
        // A rollback may have ended a moment before.
        if told.status.code() != Some(0) {
            let said = String::from_utf8(told.stderr).unwrap();
            assert_eq!(told.status.code(), Some(3), "{said}");
            assert_eq!(
                said,
                format!(
                    "error: the supervisor ended before rollout {rollout} did\n \
                     help: `towel up --detach` starts another one, which goes on with it\n"
                )
            );
        }
        kill_the_next_supervisor_too(&shop);
        shop.towel(&["up", "--detach", "--quiet"]).expect(0);
        assert_eq!(shop.await_end(rollout).outcome, "healthy", "killed at {place:.2} of it");
        shop.await_exactly(2, version);
    }
    users.stop_satisfied();
}

/// It dies as soon as it is there, in the middle of taking over.
fn kill_the_next_supervisor_too(shop: &Shop) {
    let mut up = shop.project().command(TOWEL, &["up", "--detach", "--quiet"]);
    let mut up = up.stderr(Stdio::null()).spawn().unwrap();
    let second = eventually_some("a second supervisor starts", || shop.processes(" supervise").first().copied());
    kill_at_once(second);
    up.kill().unwrap();
    up.wait().unwrap();
}

/// Ships a version, kills the supervisor after that time, starts another one, and waits for the end.
fn interrupted(shop: &Shop, users: &Users, version: &str, after: f64) -> Ended {
    let rollout = shop.begin_deploy("api", version);
    users.go_on_for(Duration::from_secs_f64(after));
    shop.kill_supervisor();
    shop.towel(&["up", "--detach", "--quiet"]).expect(0);
    shop.await_end(rollout)
}

/// Places between 0 and 1, one at random in each of `count` equal parts.
fn places(seed: u64, count: u32) -> Vec<f64> {
    let mut state = seed;
    let random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((state >> 33) as u32) / f64::from(1_u32 << 31)
    };
    (0..count)
        .zip(std::iter::repeat_with(random))
        .map(|(part, within)| (f64::from(part) + within) / f64::from(count))
        .collect()
}
