//! Tests of dashboards: their panels do not overlap, and every panel asks, explains itself and has a unit.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ownership::product;
use crate::{File, Product, Target, render};

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
            for target in targets {
                assert!(!target["expr"].as_str().unwrap().is_empty(), "{path}: {title}");
                assert!(
                    ["${datasource}", "${logs}"].contains(&target["datasource"]["uid"].as_str().unwrap()),
                    "{path}: {title}"
                );
            }
            if ["timeseries", "stat"].contains(&panel["type"].as_str().unwrap()) {
                assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{path}: {title} has no unit");
            }
        }
    }
}

#[test]
fn quantiles_are_of_rates_summed_by_bucket() {
    for (path, dashboard) in dashboards(&shop()) {
        for expression in panels(&dashboard).iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
        {
            let expression = expression["expr"].as_str().unwrap();
            if let Some((_, of)) = expression.split_once("histogram_quantile(") {
                let (_, of) = of.split_once(", ").unwrap();
                assert!(of.starts_with("sum by (job, le) (rate(") && of.contains("_bucket{"), "{path}: {expression}");
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
