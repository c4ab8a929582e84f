//! Rendered routes and receivers, read back.

use serde_json::Value;

use crate::ownership::product;
use crate::{Target, facts, render};

/// A product with these lines at its end.
fn shop(rest: &str) -> String {
    let service = "{ run: ./api, port: 3000, health: { live: /live, ready: /ready }, metrics: /metrics }";
    format!("towel: 1\nname: shop\nservices:\n  api: {service}\n{rest}")
}

fn configuration(text: &str) -> Value {
    let product = product(text, None).expect("the product passes every rule");
    let files = render(&product, &[Target::Alertmanager]).files;
    let file = files.iter().find(|file| file.path == "deploy/monitoring/alertmanager/alertmanager.yaml").unwrap();
    serde_saphyr::from_str(&file.contents).unwrap()
}

/// Who hears of a severity, or of the Watchdog.
fn hears<'a>(configuration: &'a Value, matcher: &str) -> &'a str {
    let routes = configuration["route"]["routes"].as_array().unwrap();
    let route = routes.iter().find(|route| route["matchers"][0] == matcher).unwrap();
    route["receiver"].as_str().unwrap()
}

fn receiver<'a>(configuration: &'a Value, name: &str) -> &'a Value {
    configuration["receivers"].as_array().unwrap().iter().find(|receiver| receiver["name"] == name).unwrap()
}

#[test]
fn alerts_are_grouped_and_repeated_as_teams_can_bear() {
    let route = &configuration(&shop(""))["route"];
    assert_eq!(route["group_by"], serde_json::json!(["alertname", "cluster"]));
    let times = ["group_wait", "group_interval", "repeat_interval"].map(|key| route[key].as_str().unwrap());
    assert_eq!(times, ["10s", "10s", "12h"]);
}

#[test]
fn a_secret_is_a_file_that_only_alertmanager_has() {
    let text = shop(
        "notify:\n  critical: [{ webhook: \"${secret.page}\" }, { webhook: \"https://hooks.example/${secret.token}\" }]\n  \
         warning: [{ discord: \"${secret.chat}\" }, { slack: \"#shop\" }]\nsecrets: { page: {}, token: {}, chat: {} }\n",
    );
    let configuration = configuration(&text);
    let hooks = &receiver(&configuration, "critical")["webhook_configs"];
    assert_eq!(hooks[0]["url_file"], "/etc/alertmanager/secrets/page");
    assert_eq!(hooks[1]["url_file"], "/etc/alertmanager/secrets/critical_webhook_2");
    let chat = &receiver(&configuration, "warning")["discord_configs"][0];
    assert_eq!(chat["webhook_url_file"], "/etc/alertmanager/secrets/chat");
    assert_eq!(configuration["global"]["slack_api_url_file"], "/etc/alertmanager/secrets/slack_webhook");
}

#[test]
fn an_alert_whose_severity_tells_nobody_is_heard_by_the_next_less_grave() {
    let told = configuration(&shop("notify: { warning: [{ slack: \"#shop\" }] }\n"));
    assert_eq!(hears(&told, "severity=\"critical\""), "warning");
    assert_eq!(hears(&told, "severity=\"info\""), "nobody");
    assert_eq!(told["route"]["receiver"], "warning");
}

#[test]
fn the_watchdog_reaches_its_switch_and_never_people() {
    let text = "notify: { critical: [{ slack: \"#shop\" }], watchdog: [{ webhook: \"${secret.beat}\" }] }\nsecrets: { beat: {} }\n";
    let told = configuration(&shop(text));
    assert_eq!(hears(&told, "alertname=\"Watchdog\""), "watchdog");
    assert_eq!(receiver(&told, "watchdog")["webhook_configs"][0]["send_resolved"], false);
    let alone = configuration(&shop("notify: { info: [{ slack: \"#shop\" }] }\n"));
    assert_eq!(hears(&alone, "alertname=\"Watchdog\""), "nobody");
}

#[test]
fn a_product_that_tells_nobody_says_so_of_its_alerts() {
    let text = shop("alerts:\n  - { name: TooMany, metric: orders_open, above: 5, severity: critical }\n");
    let configuration = configuration(&text);
    assert_eq!(configuration["route"]["receiver"], "nobody");
    let product = product(&text, None).unwrap();
    let treated: Vec<_> = facts(&product)
        .iter()
        .filter(|fact| fact.path() == "alerts.TooMany")
        .map(|fact| Target::Alertmanager.treat(fact))
        .collect();
    assert!(format!("{treated:?}").contains("tells nobody of `critical`"), "{treated:?}");
}

#[test]
fn a_graver_alert_hides_what_it_explains_by_labels_that_both_carry() {
    let hidden = &configuration(&shop(""))["inhibit_rules"];
    let rules = hidden.as_array().unwrap();
    assert!(rules.len() >= 3);
    for rule in rules {
        let equal: Vec<&str> = rule["equal"].as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect();
        assert!(equal.contains(&"environment") && equal.len() > 1, "{rule:#}");
    }
    // There is no datastore whose alert could hide another.
    assert!(!hidden.to_string().contains("datastore"));
}
