//! Versions that cannot work end with a cause that a newcomer understands, and the old one serves on.

use crate::support::{API, Shop, Users};

#[test]
fn a_version_that_does_not_come_up_goes_back_with_its_last_words() {
    let shop = Shop::open(&API.replace("start: 10s", "start: 2s"))
        .version("never-ready", "--never-ready")
        .script("api", "crashing", "echo 'reading the menu'\necho 'no menu in /etc/menu' >&2\nexit 3")
        .version("leaving", "--crash-after 10");
    let users = shop.users(100.0);
    goes_back(
        &shop,
        "never-ready",
        &[
            "instance `api-r2-1` of `never-ready` did not become ready within 2s; its probe's last answer: \
             GET /health/ready answered 503 in ",
            "; its last log lines:\n    {\"level\":\"info\",\"message\":\"never-ready-",
        ],
    );
    goes_back(
        &shop,
        "crashing",
        &[
            "instance `api-r3-1` of `crashing` ",
            "; its process ended with status 3; its last log lines:\n    reading the menu\n    no menu in /etc/menu",
        ],
    );
    goes_back(
        &shop,
        "leaving",
        &["instance `api-r4-1` of `leaving` was ready", "ended", "; its process ended with status 70;"],
    );
    serves_on(&shop, users);
}

#[test]
fn a_version_that_cannot_be_run_is_not_begun() {
    let shop = Shop::open(API);
    let users = shop.users(100.0);
    let folder = shop.project().folder().display();
    shop.project().write("releases/plain/api", "#!/bin/sh\n");
    shop.project().write_program("releases/foreign/api", foreign_program());
    shop.project().write_program("releases/empty/api", "");
    shop.project().write_program("releases/lost/api", "#!/opt/no/such/shell\n");
    let machine = std::env::consts::ARCH;
    for (version, reason) in [
        ("missing", format!("there is no file `{folder}/releases/missing/api`: is this version built?")),
        (
            "plain",
            format!("`{folder}/releases/plain/api` is not executable: run `chmod +x {folder}/releases/plain/api`"),
        ),
        ("foreign", format!("this machine is {machine}: build it for {machine}")),
        ("empty", format!("`{folder}/releases/empty/api` is empty: was the build cut short?")),
        ("lost", "wants to be run by `/opt/no/such/shell`, which is not on this machine".to_owned()),
    ] {
        let ended = shop.deploy("api", version);
        assert_eq!(ended.outcome, "failed");
        assert!(ended.cause.starts_with(&format!("`api` version `{version}` cannot be started: ")), "{}", ended.cause);
        assert!(ended.cause.ends_with(&reason), "{}", ended.cause);
    }
    let history = shop.towel(&["history"]).expect(0).stdout;
    assert_eq!(history.matches(" failed ").count(), 5, "{history}");
    serves_on(&shop, users);
}

#[test]
fn a_version_that_answers_badly_or_slowly_is_judged() {
    let slo = "    slo: { availability: 99.9%, latency: { p95: 100ms } }\n";
    let shop = Shop::open(&format!("{API}{slo}"))
        .version("failing", "--error-rate 1")
        .version("flaky", "--error-rate 0.3")
        .version("slow", "--latency 400ms");
    let users = shop.users(100.0);
    users.await_requests(100);
    goes_back(&shop, "failing", &["`failing` answered ", " with errors", "limit 100:1"]);
    goes_back(&shop, "flaky", &["`flaky` answered ", " with errors", "limit 100:1"]);
    goes_back(&shop, "slow", &["`slow` took longer than ", " ms for ", "limit 100:1"]);
    let said = shop.towel(&["deploy", "api", "failing"]).expect(1);
    let verdict = said.stdout.lines().rev().take(2).collect::<Vec<_>>();
    assert!(verdict[1].starts_with("rolled_back api failing after "), "{verdict:?}");
    assert!(verdict[0].starts_with("  cause: `failing` answered "), "{verdict:?}");
    serves_on(&shop, users);
}

#[test]
fn a_failing_smoke_request_or_hook_keeps_the_new_version_from_users() {
    let with = |more: &str| API.replace("bake: 1s }", &format!("bake: 1s, {more} }}"));
    let shop = Shop::open(&with("before: [{ run: \"sh -c 'touch migrated'\" }]"));
    let users = shop.users(100.0);

    shop.declare(&with("before: [{ run: \"sh -c 'echo no database >&2; exit 4'\" }]"));
    let ended = shop.deploy("api", "v2");
    assert_eq!(ended.outcome, "failed");
    assert_eq!(
        ended.cause,
        "the before-hook `sh -c 'echo no database >&2; exit 4'` ended with status 4; its last lines:\n    no database"
    );
    assert!(shop.towel(&["logs", "api", "--json"]).stdout.lines().all(|line| !line.contains("\"api-r2-1\"")));

    shop.declare(&with("smoke: [{ get: /no-such-page, expect: 200, within: 5s }]"));
    goes_back(&shop, "v2", &["the smoke request `GET /no-such-page` to `v2` answered 404 instead of 200"]);
    assert_eq!(users.counts().versions.get("v2"), None, "no user saw it");

    shop.declare(&with("before: [{ run: \"sh -c 'touch migrated'\" }]"));
    assert!(!shop.project().path("migrated").exists(), "a first start has no hooks");
    assert_eq!(shop.deploy("api", "v2").outcome, "healthy");
    assert!(shop.project().path("migrated").exists());
    users.stop_satisfied();
}

/// Ships the version, which must go back with a cause that holds these words in this order.
#[track_caller]
fn goes_back(shop: &Shop, version: &str, words: &[&str]) {
    let ended = shop.deploy("api", version);
    assert_eq!(ended.outcome, "rolled_back");
    let mut rest = ended.cause.as_str();
    for words in words {
        let Some((_, after)) = rest.split_once(words) else { panic!("`{words}` is missing in\n{}", ended.cause) };
        rest = after;
    }
}

/// The version before serves, with as many instances as ever, and no user ever saw a failure.
#[track_caller]
fn serves_on(shop: &Shop, users: Users) {
    shop.await_exactly(2, "v1");
    users.await_requests(50);
    users.stop_satisfied();
}

/// The head of a program for the other kind of processor.
fn foreign_program() -> Vec<u8> {
    let machine: u16 = if cfg!(target_arch = "aarch64") { 62 } else { 183 };
    let mut head = b"\x7fELF\x02\x01\x01".to_vec();
    head.resize(16, 0);
    head.extend([2, 0]);
    head.extend(machine.to_le_bytes());
    head.resize(64, 0);
    head
}
