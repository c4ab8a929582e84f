//! Rendered configuration and rules, read back: what alerts ask is what is scraped.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ownership::product;
use crate::{Product, Target, render};

const SHOP: &str = r#"
towel: 1
name: shop
owner: sales
repository: github.com/example/shop
timezone: Europe/Paris
teams: { sales: { slack: "sales" } }
environments:
  dev: { class: dev, engine: local }
  staging: { class: staging, engine: kubernetes, context: staging, namespace: shop-staging, domain: staging.shop.example }
services:
  node:
    run: ./api --version ${version}
    image: ghcr.io/example/api:${version}
    port: 3000
    health: { live: /live, ready: /ready }
    metrics: { path: /internal, requests: answers_total, buckets: [100ms, 200ms, 1s] }
    needs: [db, cache, documents]
    env: { DB: "${db.url}", CACHE: "${cache.url}", DOCUMENTS: "${documents.url}" }
    resources: { cpu: 200m..500m, memory: 256Mi..512Mi }
    replicas: 2..4
    scale_on: { cpu: 70% }
    expose: { host: "${env.domain}" }
    slo: { availability: 99.9%, latency: { p95: 200ms }, traffic: 50/s }
  web:
    run: ./web --version ${version}
    image: ghcr.io/example/web:${version}
    port: 3100
    health: { live: /live, ready: /ready }
    resources: { cpu: 200m..500m, memory: 256Mi..512Mi }
    expose: { host: "www.${env.domain}" }
datastores:
  db:
    kind: postgres
    version: "16"
    storage: 20Gi
    max_connections: 300
    backup: { every: 4h, takes: 10m, keep: { daily: 7 }, to: [near, far], rpo: 6h, rto: 1h, drill: weekly }
  cache: { kind: redis, version: "7.4", storage: 1Gi, backup: { every: 6h, keep: { daily: 7 }, to: [near, far] } }
  documents: { kind: mongodb, version: "7.0", replicas: 3, storage: 5Gi, backup: { every: 6h, keep: { daily: 7 }, to: [near, far] } }
backup_stores:
  near: { path: /var/backups/shop }
  far: { s3: shop-backups, region: eu-west-3, offsite: true }
secrets: { jwt: { rotate: 90d, generate: 64 } }
alerts:
  - { name: NoOrders, metric: orders_total, rate: 5m, below: 0.01, during: "09:00..18:00" }
  - { name: NodeDown, metric: orders_open, above: 5 }
probes:
  - { url: "https://${env.domain}/", environments: [staging] }
"#;

fn shop() -> Product {
    product(SHOP, None).expect("the product passes every rule")
}

/// Parsed files of an environment, with their paths.
fn files(product: &Product, folder: &str) -> Vec<(String, Value)> {
    let of_it = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with("/prometheus/"));
    let files = render(product, &[Target::Prometheus]).files;
    files
        .into_iter()
        .filter(|file| of_it(&file.path))
        .map(|file| (file.path, serde_saphyr::from_str(&file.contents).expect("it is YAML")))
        .collect()
}

fn rules(files: &[(String, Value)]) -> Vec<&Value> {
    let groups = files
        .iter()
        .filter(|(path, _)| path.contains("/rules/"))
        .flat_map(|(_, file)| file["groups"].as_array().unwrap());
    groups.flat_map(|group| group["rules"].as_array().unwrap()).collect()
}

fn jobs(files: &[(String, Value)]) -> Vec<&str> {
    let config = &files.iter().find(|(path, _)| path.ends_with("/prometheus.yaml")).unwrap().1;
    config["scrape_configs"].as_array().unwrap().iter().map(|job| job["job_name"].as_str().unwrap()).collect()
}

/// Metrics that an expression asks for: words that are neither functions nor operators nor labels.
fn metrics(expression: &str) -> BTreeSet<String> {
    const WORDS: [&str; 13] =
        ["by", "on", "and", "or", "unless", "bool", "sum", "count", "max", "min", "without", "ignoring", "offset"];
    let mut plain = String::new();
    let (mut quoted, mut depth) = (false, 0);
    for letter in expression.chars() {
        match letter {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ if !quoted && depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    // Labels behind `by` and `on`.
    while let Some(start) = [" by (", " on ("].iter().find_map(|word| plain.find(word)) {
        let end = plain[start..].find(')').unwrap() + start;
        plain.replace_range(start..=end, " ");
    }
    let mut found = BTreeSet::new();
    let mut rest = plain.as_str();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':');
    while let Some(start) = rest.find(is_part) {
        let end = rest[start..].find(|letter| !is_part(letter)).map_or(rest.len(), |end| start + end);
        let (word, after) = (&rest[start..end], &rest[end..]);
        let is_number = word.starts_with(|letter: char| letter.is_ascii_digit());
        if !is_number && !after.trim_start().starts_with('(') && !WORDS.contains(&word) {
            found.insert(word.to_owned());
        }
        rest = after;
    }
    found
}

/// The job that gives a metric.
fn job_of(metric: &str, clustered: bool) -> &'static str {
    let datastore = |name: &'static str| if clustered { "datastores" } else { name };
    let named = [
        ("pg_", datastore("db")),
        ("redis_", datastore("cache")),
        ("mongodb_", datastore("documents")),
        ("kube_", "platform/kube-state-metrics"),
        ("container_", "platform/cadvisor"),
        ("kubelet_", "platform/kubelet"),
        ("certmanager_", "platform/cert-manager"),
        ("node_", "platform/node"),
        ("prometheus_", "platform/prometheus"),
        ("alertmanager_", "platform/alertmanager"),
        ("probe_", "platform/probes"),
        ("towel_", "platform/towel"),
        ("answers_total", if clustered { "services" } else { "node" }),
        ("http_request_duration_seconds_", if clustered { "services" } else { "node" }),
        ("orders_", if clustered { "services" } else { "node" }),
        // Prometheus makes it for every job.
        ("up", "platform/prometheus"),
    ];
    named.iter().find(|(begin, _)| metric.starts_with(begin)).unwrap_or_else(|| panic!("nothing gives {metric}")).1
}

#[test]
fn every_metric_that_a_rule_asks_for_is_recorded_or_scraped() {
    let shop = shop();
    for (folder, clustered) in [("deploy/monitoring", false), ("deploy/monitoring/staging", true)] {
        let files = files(&shop, folder);
        let (jobs, rules) = (jobs(&files), rules(&files));
        let recorded: BTreeSet<&str> = rules.iter().filter_map(|rule| rule["record"].as_str()).collect();
        let mut seen = 0;
        for rule in &rules {
            for metric in metrics(rule["expr"].as_str().unwrap()) {
                seen += 1;
                let known = recorded.contains(metric.as_str()) || jobs.contains(&job_of(&metric, clustered));
                assert!(known, "{metric} of {rule:#} in {folder}");
            }
        }
        assert!(seen > 50);
    }
}

#[test]
fn jobs_and_alerts_are_told_apart_whatever_services_are_called() {
    let shop = shop();
    for folder in ["deploy/monitoring", "deploy/monitoring/staging"] {
        let files = files(&shop, folder);
        let jobs = jobs(&files);
        assert_eq!(jobs.iter().collect::<BTreeSet<_>>().len(), jobs.len());
        let alerts: Vec<&str> = rules(&files).iter().filter_map(|rule| rule["alert"].as_str()).collect();
        let small: BTreeSet<String> = alerts.iter().map(|alert| alert.to_ascii_lowercase()).collect();
        assert_eq!(small.len(), alerts.len());
        assert!(alerts.iter().all(|alert| alert.starts_with(|letter: char| letter.is_ascii_uppercase())));
        // A person called an alert so; that the service is down is told by another name then.
        assert!(alerts.contains(&"NodeDown") && alerts.contains(&"NodeDown2"));
    }
}

#[test]
fn every_alert_says_how_bad_it_is_what_it_is_and_what_to_do() {
    for rule in rules(&files(&shop(), "deploy/monitoring/staging")) {
        let Some(alert) = rule["alert"].as_str() else { continue };
        let labels = &rule["labels"];
        assert!(["critical", "warning", "info"].contains(&labels["severity"].as_str().unwrap()), "{alert}");
        assert!(labels["symptom"].is_string(), "{alert}");
        assert_eq!(labels["team"], "sales", "{alert}");
        let annotations = &rule["annotations"];
        assert!(annotations["summary"].is_string() && annotations["description"].is_string(), "{alert}");
        assert!(annotations["runbook_url"].as_str().unwrap().ends_with(&format!("/runbooks/{alert}.md")), "{alert}");
    }
}

#[test]
fn metrics_are_found_in_expressions() {
    let found = metrics(
        "sum by (job, le) (rate(a_bucket{le=\"0.1\"}[5m])) / on () b:c > 0.5 and hour() < 3 or absent(up == 1)",
    );
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a_bucket", "b:c", "up"]);
}
