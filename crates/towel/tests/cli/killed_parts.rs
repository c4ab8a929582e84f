//! The gateway, a shim or an instance gets SIGKILL under load; what is lost is replaced, and the rollout goes on.

use std::collections::BTreeMap;

use towel_testkit::eventually;

use crate::support::{API, Shop, Users, is_alive, kill_at_once};

#[test]
fn a_killed_instance_is_started_again_and_no_user_notices() {
    let shop = Shop::open(API);
    let users = shop.users(100.0);
    users.await_requests(50);
    let before = shop.running("api");
    kill_at_once(before.pids["api-r1-1"]);
    eventually("the instance is there again", || shop.running("api").restarts == 1);
    shop.await_exactly(2, "v1");
    let after = shop.running("api");
    assert_eq!(after.pids["api-r1-2"], before.pids["api-r1-2"]);
    assert_ne!(after.pids["api-r1-1"], before.pids["api-r1-1"]);
    users.await_requests(50);
    users.stop_satisfied();
}

#[test]
fn the_instance_of_a_killed_shim_is_replaced_and_no_user_notices() {
    let shop = Shop::open(API);
    let users = shop.users(100.0);
    users.await_requests(50);
    let before = shop.running("api");
    let shims = shop.processes(" shim ");
    assert_eq!(shims.len(), 2);
    kill_at_once(shims[0]);
    eventually("its instance ends with it", || before.pids.values().filter(|pid| is_alive(**pid)).count() == 1);
    shop.await_exactly(2, "v1");
    eventually("there are two shims again", || shop.processes(" shim ").len() == 2);
    users.await_requests(50);
    users.stop_satisfied();
}

#[test]
fn a_killed_gateway_comes_back_with_its_last_table_and_the_rollout_goes_on() {
    // A long bake, so that the gateway dies while both versions are compared.
    let shop = Shop::open(&API.replace("bake: 1s", "bake: 3s"));
    let users = shop.users(100.0);
    let rollout = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);
    kill_gateway(&shop);
    assert_eq!(shop.status()["services"][0]["rollout"]["share"], 0.5, "the split is what it was");
    let seen = users.counts().versions;
    await_more_of_both(&users, &seen);
    assert_eq!(shop.await_end(rollout).outcome, "healthy", "requests that nobody got count for no version");
    shop.await_exactly(2, "v2");
    only_the_gap_was_felt(users);
}

#[test]
fn the_gateway_and_the_supervisor_may_die_together() {
    let shop = Shop::open(API);
    let users = shop.users(100.0);
    users.await_requests(50);
    let before = shop.running("api");
    let gateway = shop.processes(" gateway ");
    shop.kill_supervisor();
    gateway.into_iter().for_each(kill_at_once);
    shop.towel(&["up", "--detach", "--quiet"]).expect(0);
    assert_eq!(shop.running("api"), before);
    only_the_gap_was_felt(users);
}

/// Kills the gateway and returns once another one is there.
fn kill_gateway(shop: &Shop) {
    let before = shop.processes(" gateway ");
    assert_eq!(before.len(), 1, "one gateway runs");
    kill_at_once(before[0]);
    eventually("another gateway runs", || matches!(shop.processes(" gateway ")[..], [pid] if pid != before[0]));
}

fn await_more_of_both(users: &Users, seen: &BTreeMap<String, u64>) {
    eventually("both versions answer again", || {
        let now = users.counts().versions;
        ["v1", "v2"].iter().all(|version| now.get(*version) > seen.get(*version))
    });
}

/// Whoever asks while nobody listens is refused; once somebody does, all is as before.
fn only_the_gap_was_felt(users: Users) {
    let mut failed = users.counts().failed;
    eventually("users are answered again", || {
        let before = std::mem::replace(&mut failed, users.counts().failed);
        users.await_requests(30);
        users.counts().failed == before
    });
    let counts = users.counts();
    users.await_requests(200);
    assert_eq!(users.counts().failed, counts.failed, "requests fail after the gap");
    let summary = users.stop();
    for failure in &summary.examples {
        let is_of_the_gap = failure.what.contains("cannot connect") || failure.what.contains("the connection broke");
        assert!(is_of_the_gap, "{failure:?}");
    }
}
