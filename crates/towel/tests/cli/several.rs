//! More than one service, more than one rollout, and a `down` in the middle of one.

use std::net::{TcpListener, TcpStream};

use towel_testkit::eventually;

use crate::support::{API, Shop, TOWEL, left_in, serving};

/// A second service, shaped like the first and not exposed.
const KITCHEN: &str = r#"  kitchen:
    run: ./releases/${version}/kitchen
    port: 3002
    health: { ready: { get: /health/ready, every: 200ms } }
    rollout: { strategy: rolling, bake: 1s }
"#;

fn two_services() -> Shop {
    let kitchen = |version: &str| serving(&format!("api --version {version}"));
    let shop = Shop::new(&format!("{API}{KITCHEN}")).version("v1", "").version("v2", "");
    let shop = shop.script("kitchen", "v1", &kitchen("v1")).script("kitchen", "v2", &kitchen("v2"));
    shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
    shop
}

#[test]
fn two_services_are_shipped_at_the_same_time() {
    let shop = two_services();
    let users = shop.users(150.0);
    let api = shop.begin_deploy("api", "v2");
    let kitchen = shop.begin_deploy("kitchen", "v2");
    let status = shop.status();
    assert!(status["services"].as_array().unwrap().iter().all(|one| !one["underway"].is_null()), "{status}");
    assert_eq!(shop.await_end(api).outcome, "healthy");
    assert_eq!(shop.await_end(kitchen).outcome, "healthy");
    assert_eq!((shop.running("api").version, shop.running("kitchen").version), ("v2".into(), "v2".into()));
    users.stop_satisfied();
}

#[test]
fn a_service_that_the_file_has_no_longer_is_stopped_by_up() {
    let shop = two_services();
    let users = shop.users(150.0);
    let before = shop.running("api");
    shop.declare(API);
    shop.towel(&["up", "--detach", "--quiet"]).expect(0);
    let names: Vec<_> =
        shop.status()["services"].as_array().unwrap().iter().map(|one| one["service"].clone()).collect();
    assert_eq!(names, ["api"]);
    assert_eq!(shop.running("api"), before);
    shop.await_exactly(2, "v1");
    users.stop_satisfied();

    shop.declare(&format!("{API}{KITCHEN}"));
    shop.towel(&["up", "--detach", "--version", "kitchen=v2", "--quiet"]).expect(0);
    assert_eq!(shop.running("kitchen").version, "v2", "it begins anew");
}

#[test]
fn a_rollout_cut_short_by_down_is_ended_by_the_next_up() {
    let shop = Shop::open(&API.replace("bake: 1s", "bake: 5s"));
    let users = shop.users(150.0);
    let rollout = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);
    users.stop_satisfied();
    shop.towel(&["down", "--quiet"]).expect(0);
    assert_eq!(left_in(shop.project().folder()), []);

    let mut up = shop.project().command(TOWEL, &["up", "--detach", "--quiet"]).spawn().unwrap();
    let door = shop.url().trim_start_matches("http://").to_owned();
    eventually("the door is open again", || TcpStream::connect(&door).is_ok());
    eventually("the supervisor answers", || shop.towel(&["status"]).status == 0);
    let users = shop.users(150.0);
    assert_eq!(shop.await_end(rollout).outcome, "healthy");
    assert!(up.wait().unwrap().success());
    shop.await_exactly(2, "v2");
    users.stop_satisfied();
}

#[test]
fn a_door_that_somebody_else_has_is_told_and_nothing_is_left_running() {
    let shop = Shop::new(API).version("v1", "");
    let taken = TcpListener::bind(shop.url().trim_start_matches("http://")).unwrap();
    let refused = shop.towel(&["up", "--detach", "--version", "v1"]).expect(3);
    let refused = refused.scrubbed(&shop.project().scrubber());
    assert_eq!(
        refused.stderr,
        "error: the gateway cannot listen on `127.0.0.1:[port]`: Address already in use (os error 98)\n \
         help: stop what listens there, or give another address as `gateway.listen` of the environment\n"
    );
    assert_eq!(left_in(shop.project().folder()), []);
    drop(taken);
    shop.towel(&["up", "--detach", "--version", "v1", "--quiet"]).expect(0);
}
