//! Start, look, change, stop: what each day-two command does to what runs.

use std::collections::BTreeSet;

use serde_json::Value;
use towel_testkit::eventually;

use crate::support::{API, Shop, is_alive, left_in};

#[test]
fn up_twice_restarts_nothing() {
    let shop = Shop::open(API);
    let before = shop.running("api");
    assert_eq!((before.version.as_str(), before.pids.len(), before.restarts), ("v1", 2, 0));
    let again = shop.towel(&["up", "--detach"]).expect(0);
    assert!(again.stdout.starts_with("environment `dev` runs already, and is as the file says\n"), "{again:?}");
    assert_eq!(shop.running("api"), before);
}

#[test]
fn down_leaves_no_process_and_up_starts_the_same_version_again() {
    let shop = Shop::open(API);
    let users = shop.users(150.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    users.stop_satisfied();
    assert_eq!(shop.towel(&["down"]).expect(0).stdout, "everything is stopped\n");
    assert_eq!(left_in(shop.project().folder()), []);
    // Files of what runs; the lock is a file without a holder.
    let left = files(&shop, ".towel/dev/run").into_iter().filter(|name| !name.ends_with(".lock"));
    assert_eq!(left.collect::<Vec<_>>(), Vec::<String>::new());
    assert_eq!(
        shop.towel(&["down"]).expect(0).stdout,
        "what was left of environment `dev` is stopped\n",
        "nothing to stop is no failure"
    );

    shop.towel(&["up", "--detach"]).expect(0);
    assert_eq!(shop.running("api").version, "v2", "the journal outlives `down`");
    shop.towel(&["down", "--volumes"]).expect(0);
    assert!(!shop.project().path(".towel/dev").exists());
    assert_eq!(shop.towel(&["down"]).expect(0).stdout, "environment `dev` is not running here; nothing was done\n");
}

fn files(shop: &Shop, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(shop.project().path(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn scaling_and_restarting_fail_no_request() {
    let shop = Shop::open(API);
    let users = shop.users(150.0);
    let before = shop.running("api");
    shop.towel(&["scale", "api", "3"]).expect(0);
    shop.await_exactly(3, "v1");
    let more = shop.running("api");
    assert!(before.pids.iter().all(|kept| more.pids.get(kept.0) == Some(kept.1)), "{before:?} {more:?}");
    shop.towel(&["scale", "api", "1"]).expect(0);
    shop.await_exactly(1, "v1");
    shop.towel(&["scale", "api", "2"]).expect(0);
    shop.await_exactly(2, "v1");

    let before = shop.running("api");
    assert_eq!(shop.towel(&["restart", "api"]).expect(0).stdout, "the instances of `api` are replaced one at a time\n");
    eventually("every instance is another process", || before.pids.values().all(|pid| !is_alive(*pid)));
    shop.await_exactly(2, "v1");
    users.stop_satisfied();
}

#[test]
fn commands_that_look_tell_people_and_programs_what_runs() {
    let shop = Shop::open(API);
    let users = shop.users(150.0);
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    users.stop_satisfied();
    looks_at_status(&shop);
    looks_at_history(&shop);
    looks_at_events_and_logs(&shop);
    looks_at_use(&shop);
    runs_like_an_instance(&shop);
}

fn looks_at_status(shop: &Shop) {
    let status = shop.status();
    assert_eq!((&status["product"], &status["environment"]), (&"shop".into(), &"dev".into()));
    assert_eq!(status["front"], shop.url().trim_start_matches("http://"));
    assert_eq!(status["frozen"], Value::Null);
    let api = &status["services"][0];
    assert_eq!((&api["service"], &api["version"]), (&"api".into(), &"v2".into()));
    assert_eq!((&api["ready"], &api["desired"], &api["rollout"]), (&2.into(), &2.into(), &Value::Null));
    assert_eq!(api["url"], format!("{}/", shop.url().replace("127.0.0.1", "localhost")));
    let shown = shop.towel(&["status"]).expect(0).stdout;
    for words in ["shop · dev", "api      v2       2/2    healthy  http://localhost:", "api-r2-1  v2       ready"] {
        assert!(shown.contains(words), "`{words}` is missing in\n{shown}");
    }
}

fn looks_at_history(shop: &Shop) {
    let history = shop.json(0, &["history", "api"]);
    let releases: Vec<(&str, bool)> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|release| (release["version"].as_str().unwrap(), release["serves"].as_bool().unwrap()))
        .collect();
    assert_eq!(releases, [("v2", true), ("v1", false)], "newest first");
    assert_eq!(history[0]["rollouts"][0]["outcome"]["outcome"], "healthy");
    let shown = shop.towel(&["history"]).expect(0).stdout;
    assert!(shown.contains("serves") && shown.contains("was healthy"), "{shown}");
}

fn looks_at_events_and_logs(shop: &Shop) {
    let events = lines(&shop.towel(&["events", "--json", "-n", "200"]).expect(0).stdout);
    let kinds: BTreeSet<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert!(["requested", "started", "progress", "healthy"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    assert_eq!(shop.towel(&["events", "-n", "1"]).expect(0).stdout.lines().count(), 1);

    let logs = lines(&shop.towel(&["logs", "api", "--json"]).expect(0).stdout);
    let of = |instance: &str| logs.iter().filter(|line| line["instance"] == instance).count();
    assert!(of("api-r1-1") > 0 && of("api-r2-1") > 0, "{logs:?}");
    let one = shop.towel(&["logs", "api-r2-1", "-n", "1"]).expect(0).stdout;
    assert!(one.starts_with("api-r2-1 │ ") && one.lines().count() == 1, "{one}");
}

fn looks_at_use(shop: &Shop) {
    let top = shop.json(0, &["top"]);
    let names: BTreeSet<&str> = top.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, shop.running("api").pids.keys().map(String::as_str).collect());
    assert!(top[0]["memory"].as_u64().unwrap() > 1 << 20, "a process needs more than a megabyte: {top}");
    assert_eq!(shop.towel(&["top"]).expect(0).stdout.lines().count(), 3);
}

fn runs_like_an_instance(shop: &Shop) {
    let port = shop.towel(&["exec", "api", "sh", "-c", "echo $PORT in $PWD"]).expect(0).stdout;
    let status = shop.status();
    let address = status["services"][0]["instances"][0]["address"].as_str().unwrap();
    let expected = format!("{} in {}\n", address.rsplit_once(':').unwrap().1, shop.project().folder().display());
    assert_eq!(port, expected);
    shop.towel(&["exec", "api-r2-1", "--", "sh", "-c", "exit 7"]).expect(7);
    let missing = shop.towel(&["exec", "api", "no-such-program"]).expect(3);
    assert!(missing.stderr.contains("run `no-such-program` in"), "{missing:?}");
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in `{line}`"))).collect()
}
