//! The ways of shipping besides the canary, and the connections that outlive a request.

use towel_testkit::eventually;

use crate::support::{API, Shop, Users, is_alive, serving};

#[test]
fn a_websocket_is_told_goodbye_and_never_cut_off() {
    let shop = Shop::open(API);
    let users = Users::of(&shop.url(), 100.0, 6);
    eventually("all sockets are open", || users.counts().sockets.opened >= 6);
    for version in ["v2", "v1"] {
        assert_eq!(shop.deploy("api", version).outcome, "healthy");
    }
    let sockets = users.stop_satisfied().sockets;
    assert!(sockets.goodbyes >= 6, "every instance was replaced: {sockets:?}");
    assert_eq!((sockets.cut, sockets.refused), (0, 0), "{sockets:?}");
    assert!(sockets.messages > 0, "{sockets:?}");
}

#[test]
fn recreating_lets_requests_wait_and_fails_none() {
    let recreate =
        API.replace("replicas: 2", "replicas: 1").replace("strategy: canary, steps: [50%, 100%]", "strategy: recreate");
    let shop = Shop::open(&recreate).version("v4", "--slow-start 2s");
    let users = shop.users(50.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    shop.await_exactly(1, "v2");
    assert_eq!(shop.deploy("api", "v4").outcome, "healthy", "its users wait while it starts slowly");
    shop.await_exactly(1, "v4");
    users.stop_satisfied();
}

#[test]
fn recreating_brings_the_old_version_back_when_the_new_one_does_not_start() {
    let recreate =
        API.replace("strategy: canary, steps: [50%, 100%]", "strategy: recreate").replace("start: 10s", "start: 2s");
    let shop = Shop::open(&recreate).version("v3", "--never-ready");
    let users = shop.users(50.0);
    let ended = shop.deploy("api", "v3");
    assert_eq!(ended.outcome, "rolled_back");
    assert!(ended.cause.contains("of `v3` did not become ready within 2s"), "{}", ended.cause);
    shop.await_exactly(2, "v1");
    users.stop_satisfied();
}

#[test]
fn rolling_replaces_instance_by_instance() {
    let rolling =
        API.replace("replicas: 2", "replicas: 3").replace("strategy: canary, steps: [50%, 100%]", "strategy: rolling");
    let shop = Shop::open(&rolling.replace("start: 10s", "start: 2s")).version("v3", "--never-ready");
    let users = shop.users(150.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    shop.await_exactly(3, "v2");
    let before = shop.running("api");
    assert_eq!(shop.deploy("api", "v3").outcome, "rolled_back");
    shop.await_exactly(3, "v2");
    let kept = shop.running("api").pids.values().filter(|pid| before.pids.values().any(|old| old == *pid)).count();
    assert!(kept >= 2, "what served stayed, but for one that made room at most: {before:?}");
    users.stop_satisfied();
}

const WORKER: &str = r#"services:
  worker:
    run: ./releases/${version}/worker
    replicas: 2
    drain: 1s
    rollout: { strategy: rolling, bake: 1s }
"#;

#[test]
fn a_worker_without_a_port_is_shipped_and_taken_back() {
    let work = |version: &str| format!("echo working as {version}\ntrap 'exit 0' TERM\nwhile :; do sleep 0.1; done");
    let shop = Shop::new(WORKER).script("worker", "v1", &work("v1")).script("worker", "v2", &work("v2")).script(
        "worker",
        "v3",
        "echo 'no queue' >&2; exit 9",
    );
    shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
    assert_eq!(shop.status()["front"], serde_json::Value::Null, "nothing is exposed");
    let first = shop.running("worker");
    assert_eq!(shop.deploy("worker", "v2").outcome, "healthy");
    assert!(first.pids.values().all(|pid| !is_alive(*pid)), "{first:?}");
    let second = shop.running("worker");
    let ended = shop.deploy("worker", "v3");
    assert_eq!(ended.outcome, "rolled_back");
    assert!(
        ended.cause.contains("its process ended with status 9; its last log lines:\n    no queue"),
        "{}",
        ended.cause
    );
    let third = shop.running("worker");
    assert_eq!((third.version.as_str(), third.pids.len()), ("v2", 2));
    assert!(third.pids.values().any(|pid| second.pids.values().any(|known| known == pid)), "{second:?} {third:?}");
}

#[test]
fn an_instance_deaf_to_sigterm_is_gone_in_the_end() {
    let deaf = API.replace("drain: 3s", "drain: 1s\n    stop: 2s");
    let shop = Shop::new(&deaf).version("v1", "--ignore-sigterm").version("v2", "");
    shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
    let users = shop.users(150.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    shop.await_exactly(2, "v2");
    users.stop_satisfied();
}

#[test]
fn services_reach_each_other_through_a_door_that_outlives_their_instances() {
    let web = "  web:\n    run: ./releases/${version}/web\n    port: 3000\n    needs: [api]\n    \
               health: { ready: { get: /health/ready, every: 200ms } }\n    env: { API_URL: \"${api.url}\" }\n";
    let shop = Shop::new(&format!("{API}{web}")).version("v1", "").version("v2", "").script(
        "web",
        "v1",
        &serving("web --version v1"),
    );
    shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
    let door = shop.towel(&["exec", "web", "sh", "-c", "echo $API_URL"]).expect(0).stdout.trim().to_owned();
    assert_eq!(shop.status()["services"][0]["inner_url"], *door);
    let callers = Users::of(&door, 100.0, 0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    let counts = callers.stop_satisfied();
    assert!(counts.versions["v2"] > 0, "{counts:?}");
}
