//! A release is a version with its configuration: a changed file ships it anew, a rollback restores it.

use crate::support::{API, Shop};

fn with_greeting(greeting: &str) -> String {
    format!("{API}    env: {{ GREETING: {greeting} }}\n")
}

fn greeting(shop: &Shop) -> String {
    shop.towel(&["exec", "api", "sh", "-c", "echo $GREETING"]).expect(0).stdout.trim().to_owned()
}

#[test]
fn a_changed_declaration_is_a_new_release_and_rollback_restores_the_old_one() {
    let shop = Shop::open(&with_greeting("hello"));
    let users = shop.users(150.0);
    let before = shop.running("api");
    assert_eq!(greeting(&shop), "hello");

    shop.declare(&with_greeting("ciao"));
    assert_eq!(greeting(&shop), "hello", "a file changes nothing before it is applied");
    let up = shop.towel(&["up", "--detach"]).expect(0);
    assert!(up.stdout.starts_with("a service is shipped anew, as its declaration has changed\n"), "{up:?}");
    let changed = shop.running("api");
    assert_eq!((changed.version.as_str(), changed.shipping), ("v1", false), "`up` waits for the rollout");
    assert!(before.pids.keys().all(|instance| !changed.pids.contains_key(instance)), "{before:?} {changed:?}");
    assert_eq!(greeting(&shop), "ciao");

    let back = shop.towel(&["rollback", "api"]).expect(0);
    assert!(back.stdout.contains("healthy api v1 after"), "{back:?}");
    shop.await_exactly(2, "v1");
    assert_eq!(greeting(&shop), "hello", "the release before had another configuration");
    users.stop_satisfied();
}

#[test]
fn a_line_moved_in_the_file_ships_nothing() {
    let shop = Shop::open(&with_greeting("hello"));
    let before = shop.running("api");
    shop.declare(&format!("# A remark.\n\n{}", with_greeting("hello")));
    shop.towel(&["up", "--detach"]).expect(0);
    assert_eq!(shop.running("api"), before);
}

#[test]
fn rollback_goes_to_the_version_before_or_the_one_named() {
    let shop = Shop::open(API).version("v3", "");
    let nothing = shop.towel(&["rollback", "api"]).expect(1);
    assert!(nothing.stderr.contains("no earlier version was healthy here"), "{nothing:?}");
    let users = shop.users(150.0);
    for version in ["v2", "v3"] {
        assert_eq!(shop.deploy("api", version).outcome, "healthy");
    }
    shop.towel(&["rollback", "api", "--quiet"]).expect(0);
    assert_eq!(shop.running("api").version, "v2");
    shop.towel(&["rollback", "api", "v1", "--quiet"]).expect(0);
    assert_eq!(shop.running("api").version, "v1");
    let unknown = shop.towel(&["rollback", "api", "v9"]).expect(1);
    assert!(unknown.stderr.contains("`v9` was never healthy here or serves already; there are"), "{unknown:?}");
    shop.await_exactly(2, "v1");
    users.stop_satisfied();
}
