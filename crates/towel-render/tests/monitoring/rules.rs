//! Configuration and rules: promtool reads them, and their unit tests hold.

use std::collections::BTreeSet;

use crate::product::{Folder, all};
use crate::tool::{accepts, find};

#[test]
#[ignore = "needs promtool"]
fn needs_prometheus_to_read_every_configuration_and_rule_without_a_warning() {
    let promtool = find(&["promtool"]);
    for (name, product) in all() {
        let folder = Folder::rendered(&product);
        for config in folder.files("prometheus/prometheus.yaml") {
            // Without `--syntax-only` it would look for the token that Prometheus has in its pod.
            let said = accepts(
                &promtool,
                ["check", "config", "--syntax-only", "--lint=all", "--lint-fatal", config.to_str().unwrap()],
            );
            assert!(!said.contains("WARNING"), "{name}: {said}");
        }
        let rules = folder.files(".yaml").into_iter().filter(|path| path.to_string_lossy().contains("/rules/"));
        let arguments = ["check", "rules", "--lint=all", "--lint-fatal"].map(Into::into);
        let said = accepts(&promtool, arguments.into_iter().chain(rules));
        assert!(said.contains("SUCCESS"), "{name}: {said}");
    }
}

#[test]
#[ignore = "needs promtool"]
fn needs_prometheus_to_see_every_alert_fire_and_not_fire() {
    let promtool = find(&["promtool"]);
    for (_, product) in all() {
        let folder = Folder::rendered(&product);
        let tests: Vec<_> =
            folder.files(".yaml").into_iter().filter(|path| path.to_string_lossy().contains("/tests/")).collect();
        assert!(!tests.is_empty());
        accepts(&promtool, ["test", "rules"].map(Into::into).into_iter().chain(tests));
    }
}

#[test]
fn every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not() {
    for (name, product) in all() {
        let folder = Folder::rendered(&product);
        for rules in folder.files(".yaml").into_iter().filter(|path| path.to_string_lossy().contains("/rules/")) {
            let alerts = lines(&rules, "- alert: ");
            let tests = rules.to_string_lossy().replace("/rules/", "/tests/");
            let tried = lines(std::path::Path::new(&tests), "- name: ");
            for alert in alerts {
                assert!(tried.contains(&format!("{alert} fires")), "{name}: {alert}");
                assert!(alert == "Watchdog" || tried.contains(&format!("{alert} is silent")), "{name}: {alert}");
            }
        }
    }
}

fn lines(file: &std::path::Path, begin: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().filter_map(|line| line.trim().strip_prefix(begin)).map(|it| it.trim_matches('"').to_owned()).collect()
}
