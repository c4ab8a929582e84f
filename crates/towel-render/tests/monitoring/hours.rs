//! Hours of declared alerts: local time on both sides of each change of the clocks, as Prometheus reckons it.

use serde_json::Value;

use crate::product::{Folder, product};
use crate::tool::{accepts, find};

/// Zones, moments and the minutes since local midnight then: the minute before a change of the clocks, and its minute.
const MOMENTS: [(&str, i64, u32); 14] = [
    ("Europe/Paris", 1_806_195_540, 119),
    ("Europe/Paris", 1_806_195_600, 180),
    ("Europe/Paris", 1_824_944_340, 179),
    ("Europe/Paris", 1_824_944_400, 120),
    ("America/New_York", 1_805_007_540, 119),
    ("America/New_York", 1_805_007_600, 180),
    ("America/New_York", 1_825_567_140, 119),
    ("America/New_York", 1_825_567_200, 60),
    ("Australia/Sydney", 1_806_767_940, 179),
    ("Australia/Sydney", 1_806_768_000, 120),
    ("Australia/Sydney", 1_822_492_740, 119),
    ("Australia/Sydney", 1_822_492_800, 180),
    ("Asia/Kolkata", 1_806_195_600, 390),
    ("UTC", 1_806_195_600, 60),
];

#[test]
#[ignore = "needs promtool"]
fn needs_prometheus_to_know_the_local_time_across_changes_of_the_clocks() {
    let promtool = find(&["promtool"]);
    let folder = Folder::new();
    let mut tests = String::new();
    for (zone, moment, minute) in MOMENTS {
        let clock = clock(zone).replace("hour()", &format!("hour(vector({moment}))"));
        let clock =
            clock.replace("minute()", &format!("minute(vector({moment}))")).replace("time()", &moment.to_string());
        let sample = format!("[{{ labels: '{{}}', value: {minute} }}]");
        tests.push_str(&format!("      - {{ expr: {clock:?}, eval_time: 0m, exp_samples: {sample} }}\n"));
    }
    let file = folder.path().join("hours.yaml");
    let text =
        format!("rule_files: []\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    promql_expr_test:\n{tests}");
    std::fs::write(&file, text).unwrap();
    accepts(&promtool, ["test", "rules", file.to_str().unwrap()]);
}

/// The rendered rule that tells the local time.
fn clock(zone: &str) -> String {
    let alert = "{ name: Late, metric: orders_open, above: 5, during: \"09:00..18:00\" }";
    let service = "{ run: ./api, port: 3000, health: { live: /live, ready: /ready }, metrics: /metrics }";
    let text = format!("towel: 1\nname: shop\ntimezone: {zone}\nservices:\n  api: {service}\nalerts:\n  - {alert}\n");
    let folder = Folder::rendered(&product(&text));
    let rules = std::fs::read_to_string(&folder.files("rules/declared.yaml")[0]).unwrap();
    let rules: Value = serde_saphyr::from_str(&rules).unwrap();
    rules["groups"][0]["rules"][0]["expr"].as_str().unwrap().to_owned()
}
