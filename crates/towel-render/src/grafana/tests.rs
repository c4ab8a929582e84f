//! Tests of dashboards: their panels do not overlap, and every panel asks, explains itself and has a unit.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ownership::product;
use crate::{File, Product, Target, prometheus, render};

const SHOP: &str = include_str!("../../tests/render/sample.yaml");

fn shop() -> Product {
    product(SHOP, None).unwrap()
}

fn dashboards(product: &Product) -> Vec<(String, Value)> {
    let files: Vec<File> = render(product, &[Target::Grafana]).files;
    let json = files.into_iter().filter(|file| file.path.ends_with(".json"));
    json.map(|file| (file.path, serde_json::from_str(&file.contents).unwrap())).collect()
}

fn panels(dashboard: &Value) -> &Vec<Value> {
    dashboard["panels"].as_array().unwrap()
}

#[test]
fn there_are_five_dashboards_and_one_for_each_service_in_each_environment() {
    let all: BTreeSet<String> = dashboards(&shop()).into_iter().map(|(path, _)| path).collect();
    let names = [
        "overview",
        "api-performance",
        "database",
        "infrastructure",
        "business",
        "service-api",
        "service-web",
        "service-worker",
    ];
    for folder in ["deploy/monitoring", "deploy/monitoring/staging", "deploy/monitoring/production"] {
        for name in names {
            assert!(all.contains(&format!("{folder}/grafana/dashboards/{name}.json")), "{folder} {name}");
        }
    }
    assert_eq!(all.len(), 3 * names.len());
}

#[test]
fn panels_lie_on_the_grid_and_none_covers_another() {
    for (path, dashboard) in dashboards(&shop()) {
        let mut taken = BTreeSet::new();
        for panel in panels(&dashboard) {
            let side = |name: &str| panel["gridPos"][name].as_u64().unwrap();
            let (x, y, w, h) = (side("x"), side("y"), side("w"), side("h"));
            assert!(w > 0 && h > 0 && x + w <= 24, "{path}: {}", panel["title"]);
            for cell in (x..x + w).flat_map(|column| (y..y + h).map(move |row| (column, row))) {
                assert!(taken.insert(cell), "{path}: {} covers another panel", panel["title"]);
            }
        }
    }
}

#[test]
fn every_panel_asks_something_and_says_what_it_means() {
    for (path, dashboard) in dashboards(&shop()) {
        let mut numbers = BTreeSet::new();
        for panel in panels(&dashboard) {
            assert!(numbers.insert(panel["id"].as_u64().unwrap()), "{path}: two panels have one number");
            if panel["type"] == "row" {
                continue;
            }
            let title = panel["title"].as_str().unwrap();
            assert!(
                panel["description"].as_str().unwrap().ends_with('.'),
                "{path}: {title} does not say what it means"
            );
            let targets = panel["targets"].as_array().unwrap();
            assert!(!targets.is_empty(), "{path}: {title} asks nothing");
            let source = panel["datasource"]["uid"].as_str().unwrap();
            assert!(["${datasource}", "${logs}"].contains(&source), "{path}: {title} asks {source}");
            for target in targets {
                assert!(!target["expr"].as_str().unwrap().is_empty(), "{path}: {title}");
            }
            if ["timeseries", "stat"].contains(&panel["type"].as_str().unwrap()) {
                assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{path}: {title} has no unit");
            }
        }
    }
}

/// Every metric's name in an expression: a word before a brace or a range, or one of those that stand alone.
fn metrics(expression: &str) -> BTreeSet<&str> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':');
    let mut found = BTreeSet::new();
    for (place, _) in expression.match_indices(['{', '[']) {
        let before = &expression[..place];
        let start = before.rfind(|letter| !is_name(letter)).map_or(0, |end| end + 1);
        found.extend(Some(&before[start..]).filter(|name| !name.is_empty()));
    }
    found.extend(
        ["probe_success", "probe_duration_seconds", "probe_ssl_earliest_cert_expiry"]
            .into_iter()
            .filter(|it| expression == *it),
    );
    found
}

#[test]
fn what_is_asked_is_scraped_or_recorded() {
    let product = shop();
    for stack in product.stacks() {
        let folder = prometheus::folder(&product, stack);
        let files = render(&product, &[Target::Prometheus]).files;
        let of = |path: &str| {
            files.iter().find(|file| file.path == format!("{folder}/prometheus/{path}")).unwrap().contents.clone()
        };
        let jobs = of("prometheus.yaml");
        let rules: String = files
            .iter()
            .filter(|file| file.path.starts_with(&format!("{folder}/prometheus/rules/")))
            .map(|file| file.contents.as_str())
            .collect();
        for (path, dashboard) in
            dashboards(&product).iter().filter(|(path, _)| path.starts_with(&format!("{folder}/grafana/")))
        {
            for target in panels(dashboard)
                .iter()
                .filter(|panel| panel["type"] != "logs")
                .flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
            {
                let expression = target["expr"].as_str().unwrap();
                for metric in metrics(expression) {
                    let source = match metric {
                        "ALERTS" => continue,
                        declared if stack.alerts.iter().any(|alert| *alert.metric == *declared) => continue,
                        recorded if recorded.contains(':') => {
                            assert!(
                                rules.contains(&format!("record: {recorded}"))
                                    || rules.contains(&format!("record: \"{recorded}\"")),
                                "{path}: {recorded} is not recorded"
                            );
                            continue;
                        }
                        // A service's own, or a datastore's: told apart by their job.
                        _ if expression.contains(&format!("{metric}{{job=")) => {
                            let rest = expression.split(&format!("{metric}{{job=")).nth(1).unwrap();
                            let names = rest.trim_start_matches('~').trim_start_matches('"').split('"').next().unwrap();
                            for name in names.split('|').filter(|name| !name.starts_with('$')) {
                                let word = jobs
                                    .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
                                    .any(|word| word == name);
                                assert!(word, "{path}: nothing scrapes `{name}` for {metric}");
                            }
                            continue;
                        }
                        it if it.starts_with("towel_") => "towel",
                        it if it.starts_with("node_") => "node",
                        it if it.starts_with("container_") => "cadvisor",
                        it if it.starts_with("kubelet_") => "kubelet",
                        it if it.starts_with("kube_") => "kube-state-metrics",
                        it if it.starts_with("probe_") => "probes",
                        other => panic!("{path}: nobody knows where {other} comes from: {expression}"),
                    };
                    assert!(jobs.contains(source), "{path}: nothing scrapes `{source}` for {metric}");
                }
            }
        }
    }
}

#[test]
#[ignore = "needs promtool"]
fn needs_promtool_to_read_every_expression() {
    let random = (0..60).map(towel_testkit::random::product_of).filter_map(|text| product(&text, None));
    let mut rules = String::from("groups:\n  - name: dashboards\n    rules:\n");
    let mut count = 0;
    for (_, dashboard) in std::iter::once(shop()).chain(random).flat_map(|product| dashboards(&product)) {
        let asked = panels(&dashboard).iter().filter(|panel| panel["type"] != "logs");
        for target in asked.flat_map(|panel| panel["targets"].as_array().into_iter().flatten()) {
            let expression =
                target["expr"].as_str().unwrap().replace("$__rate_interval", "5m").replace("$service", ".+");
            rules.push_str(&format!(
                "      - record: dashboards:query:{count}\n        expr: {}\n",
                serde_json::json!(expression)
            ));
            count += 1;
        }
    }
    let file = std::env::temp_dir().join(format!("towel-grafana-{}.yaml", std::process::id()));
    std::fs::write(&file, rules).unwrap();
    let output = std::process::Command::new("promtool")
        .args(["check", "rules", "--lint=none"])
        .arg(&file)
        .output()
        .expect("promtool is needed");
    std::fs::remove_file(file).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && count > 1000, "{count} expressions: {told}");
}

#[test]
fn quantiles_are_of_rates_summed_by_bucket() {
    for (path, dashboard) in dashboards(&shop()) {
        for expression in panels(&dashboard).iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
        {
            let expression = expression["expr"].as_str().unwrap();
            if let Some((_, of)) = expression.split_once("histogram_quantile(") {
                let (_, of) = of.split_once(", ").unwrap();
                let by_bucket =
                    ["job", "backend"].iter().any(|level| of.starts_with(&format!("sum by ({level}, le) (rate(")));
                assert!(by_bucket && of.contains("_bucket{"), "{path}: {expression}");
            }
        }
    }
}

#[test]
fn names_are_short_enough_stable_and_different_in_each_environment() {
    let long = SHOP.replace("name: shop\n", &format!("name: {}\n", "shop-".repeat(10) + "end"));
    for text in [SHOP, &long] {
        let all = dashboards(&product(text, None).unwrap());
        let uids: BTreeSet<&str> = all.iter().map(|(_, dashboard)| dashboard["uid"].as_str().unwrap()).collect();
        assert_eq!(uids.len(), all.len());
        assert!(uids.iter().all(|uid| uid.len() <= 40 && !uid.is_empty()), "{uids:?}");
    }
}

#[test]
fn promises_and_limits_of_the_file_are_lines_in_graphs() {
    let all = dashboards(&shop());
    let of = |end: &str| {
        &all.iter().find(|(path, _)| path == &format!("deploy/monitoring/grafana/dashboards/{end}.json")).unwrap().1
    };
    let lines = |dashboard: &Value, title: &str| {
        let panel = panels(dashboard).iter().find(|panel| panel["title"] == title && panel["type"] != "row").unwrap();
        let steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"].as_array().unwrap();
        steps.iter().filter_map(|step| step["value"].as_f64()).collect::<Vec<_>>()
    };
    assert_eq!(lines(of("service-api"), "Time to answer"), [0.2]);
    assert_eq!(lines(of("service-api"), "Requests that fail"), [0.001, 0.01]);
    assert_eq!(lines(of("service-api"), "Requests"), [50.0]);
    assert_eq!(lines(of("service-api"), "Processor"), [0.2, 0.5]);
    assert_eq!(lines(of("database"), "Connections"), [240.0, 300.0]);
    assert_eq!(lines(of("business"), "Orders, a second"), [0.01]);
}
