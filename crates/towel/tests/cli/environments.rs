//! Two environments of one product on one machine: what was healthy in the one may go to the next.

use crate::support::{API, Shop};

#[test]
fn only_versions_that_were_healthy_before_go_to_production_and_somebody_says_yes() {
    let shop = Shop::of(
        &[("staging", "class: staging"), ("production", "class: production, after: staging, approval: required")],
        API,
    );
    let shop = shop.version("v1", "").version("v2", "");
    for environment in ["staging", "production"] {
        shop.towel(&["--env", environment, "up", "--detach", "--version", "v1", "--quiet"]).expect(0);
    }
    let several = shop.towel(&["status"]).expect(2).stderr;
    assert_eq!(
        several,
        "error: several environments of this file run on this machine\n \
         help: name one with `--env`: `staging`, `production`\n"
    );

    let unproven = shop.towel(&["--env", "production", "deploy", "api", "v2", "--approved-by", "Ada"]).expect(1).stderr;
    assert!(unproven.starts_with("error: `v2` of `api` was never healthy in `staging`"), "{unproven}");
    assert!(unproven.contains("ship it there first: `towel --env staging deploy api v2`"), "{unproven}");

    let users = shop.users(100.0);
    shop.towel(&["--env", "staging", "deploy", "api", "v2", "--quiet"]).expect(0);
    users.stop_satisfied();
    let unapproved = shop.towel(&["promote", "staging", "production"]).expect(1).stderr;
    assert!(unapproved.starts_with("error: a deploy to `production` needs somebody's approval\n"), "{unapproved}");

    let users = shop.users_of("production", 100.0);
    let promoted = shop.towel(&["promote", "staging", "production", "--approved-by", "Ada"]).expect(0);
    assert!(promoted.stdout.contains("healthy api v2 after "), "{promoted:?}");
    users.stop_satisfied();
    let history = shop.json(0, &["--env", "production", "history", "api"]);
    assert_eq!(history[0]["why"], "approved by Ada; promoted from staging");
}
