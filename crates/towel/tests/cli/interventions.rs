//! What people do to a rollout that is underway, and what is refused meanwhile.

use crate::support::{API, Shop};

#[test]
fn a_newer_version_takes_the_place_of_one_underway() {
    let shop = Shop::open(&API.replace("bake: 1s", "bake: 3s")).version("v3", "");
    let users = shop.users(150.0);
    let older = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);
    let newer = shop.deploy("api", "v3");
    let older = shop.await_end(older);
    assert_eq!((older.outcome.as_str(), newer.outcome.as_str()), ("rolled_back", "healthy"));
    assert_eq!(older.cause, "superseded by the deploy of `v3`");
    shop.await_exactly(2, "v3");
    users.stop_satisfied();
}

#[test]
fn an_aborted_rollout_goes_back() {
    let shop = Shop::open(&API.replace("bake: 1s", "bake: 30s"));
    let users = shop.users(150.0);
    assert_eq!(shop.towel(&["abort", "api"]).expect(0).stdout, "nothing is being shipped; nothing was done\n");
    let rollout = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);

    let again = shop.towel(&["deploy", "api", "v2"]).expect(1).stderr;
    assert_eq!(again, format!("error: `v2` of `api` is being shipped already, as rollout {rollout}\n"));
    let restart = shop.towel(&["restart", "api"]).expect(1).stderr;
    assert_eq!(restart, format!("error: `api` is being shipped (rollout {rollout}); wait for it, or abort it first\n"));

    assert_eq!(shop.towel(&["abort", "api"]).expect(0).stdout, format!("rollout {rollout} goes back\n"));
    let ended = shop.await_end(rollout);
    assert_eq!(ended.outcome, "rolled_back");
    assert!(ended.cause.starts_with("aborted by "), "{}", ended.cause);
    shop.await_exactly(2, "v1");
    users.stop_satisfied();
}

#[test]
fn a_rollback_without_a_version_takes_the_rollout_underway_back() {
    let shop = Shop::open(&API.replace("bake: 1s", "bake: 30s"));
    let users = shop.users(150.0);
    let rollout = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);
    // What was asked for is done; that the version was rolled back is no failure here.
    let back = shop.json(0, &["rollback", "api"]);
    assert_eq!((&back["rollout"], &back["outcome"]), (&rollout.into(), &"rolled_back".into()));
    shop.await_exactly(2, "v1");
    users.stop_satisfied();
}

#[test]
fn promoting_skips_the_judge_and_nothing_else() {
    let shop = Shop::open(API).version("lame", "--never-ready");
    let nothing = shop.towel(&["promote", "api"]).expect(1);
    assert_eq!(nothing.stderr, "error: nothing of `api` is being shipped\n");
    // Nobody asks for anything, so that the judge alone would wait for ever.
    let rollout = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);
    shop.towel(&["promote", "api"]).expect(0);
    assert_eq!(shop.await_end(rollout).outcome, "healthy");
    shop.await_exactly(2, "v2");

    let same = shop.towel(&["deploy", "api", "v2"]).expect(1).stderr;
    assert_eq!(same, "error: `api` is at `v2` already, with the same configuration; `restart` starts it anew\n");
    let history = shop.json(0, &["history", "api"]);
    assert_eq!(history[0]["rollouts"][0]["outcome"]["outcome"], "healthy");
}

#[test]
fn a_scale_holds_through_a_rollout_and_after_it() {
    let shop = Shop::open(&API.replace("bake: 1s", "bake: 2s"));
    let users = shop.users(150.0);
    let rollout = shop.begin_deploy("api", "v2");
    shop.await_share(0.5);
    shop.towel(&["scale", "api", "3"]).expect(0);
    assert_eq!(shop.await_end(rollout).outcome, "healthy");
    shop.await_exactly(3, "v2");
    users.stop_satisfied();
}
