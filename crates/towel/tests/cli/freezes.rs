//! A freeze refuses deploys, lets the right word through, and never stands in the way of going back.

use serde_json::Value;

use crate::support::{API, Shop};

const FREEZE: &str = r#"freezes:
  - name: Event day
    environments: [dev]
    from: 2020-01-01T00:00
    to: 2099-01-01T00:00
    timezone: Europe/Paris
    override: DEPLOY
"#;

#[test]
fn a_freeze_lets_only_the_right_word_through_and_records_it() {
    let shop = Shop::open(API);
    shop.declare(&format!("{API}{FREEZE}"));
    let shown = shop.towel(&["freeze"]).expect(0).stdout;
    assert!(shown.starts_with("deploys are frozen by "), "{shown}");
    assert!(shown.contains("Event day") && shown.contains("Europe/Paris") && shown.contains("holds"), "{shown}");
    let view = shop.json(0, &["freeze"]);
    assert_eq!((&view["windows"][0]["name"], &view["windows"][0]["holds"]), (&"Event day".into(), &true.into()));

    let refused = shop.towel(&["deploy", "api", "v2"]).expect(1);
    assert!(refused.stderr.starts_with("error: deploys are refused: "), "{refused:?}");
    assert!(refused.stderr.contains("`--override DEPLOY` lets it through and is recorded"), "{refused:?}");
    let wrong = shop.towel(&["deploy", "api", "v2", "--override", "PLEASE"]).expect(1);
    assert!(wrong.stderr.contains("the override word is another one"), "{wrong:?}");
    assert!(!wrong.stderr.contains("DEPLOY"), "the word is not given away: {wrong:?}");
    assert_eq!(shop.running("api").version, "v1");

    let users = shop.users(150.0);
    shop.towel(&["deploy", "api", "v2", "--override", "DEPLOY", "--why", "the printer", "--quiet"]).expect(0);
    let history = shop.json(0, &["history", "api"]);
    let request = &history[0]["rollouts"][0]["request"];
    assert_eq!((&request["overridden"], &request["why"]), (&"Event day".into(), &"the printer".into()));
    assert!(!shop.status()["frozen"].is_null());

    shop.towel(&["rollback", "api", "--quiet"]).expect(0);
    assert_eq!(shop.running("api").version, "v1", "going back is never frozen");
    users.stop_satisfied();

    shop.declare(API);
    assert_eq!(shop.json(0, &["freeze"])["frozen"], Value::Null);
}
