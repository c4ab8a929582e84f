//! Tests of logs: they are kept for a time, found where they are, and labelled as dashboards ask for them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ownership::product;
use crate::{Target, render};

const SHOP: &str = include_str!("../../tests/render/sample.yaml");

fn files() -> Vec<(String, Value)> {
    let files = render(&product(SHOP, None).unwrap(), &[Target::Loki]).files;
    files.into_iter().map(|file| (file.path, serde_saphyr::from_str(&file.contents).unwrap())).collect()
}

fn file(path: &str) -> Value {
    files().into_iter().find(|(it, _)| it == &format!("deploy/monitoring/{path}")).unwrap().1
}

#[test]
fn logs_are_removed_after_a_time_that_the_class_gives() {
    for (folder, kept) in [("", "168h"), ("staging/", "336h"), ("production/", "720h")] {
        let loki = file(&format!("{folder}loki/loki.yaml"));
        assert_eq!(loki["limits_config"]["retention_period"], kept);
        assert_eq!(loki["compactor"]["retention_enabled"], true);
        assert!(loki["compactor"]["delete_request_store"].is_string());
        let schema = &loki["schema_config"]["configs"][0];
        assert_eq!((&schema["store"], &schema["schema"]), (&"tsdb".into(), &"v13".into()));
    }
}

#[test]
fn machines_are_asked_for_containers_and_clusters_for_pods() {
    let local = &file("loki/promtail.yaml")["scrape_configs"][0];
    assert_eq!(local["docker_sd_configs"][0]["filters"][0]["values"][0], "com.docker.compose.project=shop");
    let cluster = &file("production/loki/promtail.yaml")["scrape_configs"][0];
    assert_eq!(cluster["kubernetes_sd_configs"][0]["namespaces"]["names"][0], "shop-production");
    assert_eq!(cluster["pipeline_stages"][0]["cri"], serde_json::json!({}));
}

#[test]
fn dashboards_ask_for_labels_that_logs_have() {
    let product = product(SHOP, None).unwrap();
    let mut labels: BTreeSet<String> = ["product", "environment"].map(str::to_owned).into();
    for it in file("loki/promtail.yaml")["scrape_configs"][0]["relabel_configs"].as_array().unwrap() {
        labels.insert(it["target_label"].as_str().unwrap().to_owned());
    }
    let mut asked = 0;
    for dashboard in render(&product, &[Target::Grafana]).files.iter().filter(|file| file.path.contains("/service-")) {
        let dashboard: Value = serde_json::from_str(&dashboard.contents).unwrap();
        for panel in dashboard["panels"].as_array().unwrap().iter().filter(|panel| panel["type"] == "logs") {
            let selector = panel["targets"][0]["expr"].as_str().unwrap().trim_matches(['{', '}']);
            for matcher in selector.split(", ") {
                assert!(labels.contains(matcher.split('=').next().unwrap()), "no log has {matcher}");
                asked += 1;
            }
        }
    }
    assert!(asked > 0);
}
