//! Faults of histograms: raw buckets, `le` lost on the way, limits and buckets that do not exist.

use std::collections::BTreeSet;

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::monitoring::Monitoring;
use super::promql::{Expr, Grouping};
use super::query;
use super::tree::Tree;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "quantile of raw buckets",
        numbers: &[1],
        find: raw_buckets,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (a_seconds_bucket)) > 1' }] }]",
            "=== m/grafana/a.json\n{ \"panels\": [{ \"title\": \"p\", \"targets\": [{ \"expr\": \"histogram_quantile(0.95, a_seconds_bucket)\" }] }] }",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (rate(a_seconds_bucket[5m]))) > 1' }] }]",
        ],
    },
    Detector {
        name: "le aggregated away",
        numbers: &[2],
        find: le_dropped,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (job) (rate(a_seconds_bucket[5m]))) > 1' }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum without (le) (rate(a_seconds_bucket[5m]))) > 1' }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'job:a:rate5m', expr: 'sum by (job) (rate(a_seconds_bucket[5m]))' }, { alert: A, expr: 'histogram_quantile(0.95, job:a:rate5m) > 1' }] }]",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (job, le) (rate(a_seconds_bucket[5m]))) > 1' }] }]",
        ],
    },
    Detector {
        name: "limit above the last bucket",
        numbers: &[7],
        find: above_buckets,
        bad: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { api: { metrics: { path: /metrics, buckets: [50ms, 500ms] } } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"api\"}[5m]))) > 1' }] }]",
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { api: { metrics: /metrics } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"api\"}[5m]))) > 10.1' }] }]",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { api: { metrics: /metrics } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"api\"}[5m]))) > 0.3' }] }]",
        ],
    },
    Detector {
        name: "le that is no bucket",
        numbers: &[8],
        find: no_bucket,
        bad: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { api: { metrics: { path: /metrics, buckets: [50ms, 500ms] } } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:b:c', expr: 'sum(rate(http_request_duration_seconds_bucket{job=\"api\", le=\"0.2\"}[5m]))' }] }]",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { api: { metrics: { path: /metrics, buckets: [50ms, 1s] } } }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:b:c', expr: 'sum(rate(http_request_duration_seconds_bucket{job=\"api\", le=~\"1(\\\\.0)?\"}[5m]))' }] }]",
        ],
    },
];

/// Clients of Prometheus use these unless they are told others.
const OF_CLIENTS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The buckets of the product's gateway, which counts for services that do not count themselves.
const OF_GATEWAY: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What quantiles are taken of, everywhere.
fn quantiles(watch: &Monitoring) -> Vec<(&str, &str, &Expr, &Expr)> {
    let found = watch.expressions().flat_map(|(path, name, expression)| {
        let calls = query::all(expression).into_iter().filter_map(move |(_, it)| match it {
            Expr::Call { name, of } if name == "histogram_quantile" => Some((expression, of.get(1)?)),
            _ => None,
        });
        calls.map(move |(whole, of)| (path, name, whole, of))
    });
    found.collect()
}

fn raw_buckets(artefacts: &Artefacts) -> Vec<Fault> {
    let found = artefacts.monitoring.iter().flat_map(quantiles).filter_map(|(path, name, _, of)| {
        let raw = query::selectors(of).into_iter().any(|it| it.range.is_none() && it.name.ends_with("_bucket"));
        raw.then(|| Fault::new(path, format!("{name}: a quantile of everything since the process began")))
    });
    found.collect()
}

fn le_dropped(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for (path, name, _, of) in quantiles(watch) {
            for expression in watch.resolved(of) {
                let dropping = query::all(expression).into_iter().any(|(_, it)| drops_le(it));
                faults.extend(dropping.then(|| Fault::new(path, format!("{name}: an aggregation drops `le`"))));
            }
        }
    }
    faults
}

fn drops_le(expression: &Expr) -> bool {
    let Expr::Aggregate { grouping, .. } = expression else { return false };
    let names_le = |labels: &[String]| labels.iter().any(|label| label == "le");
    match grouping {
        Grouping::None => true,
        Grouping::Only(labels) => !names_le(labels),
        Grouping::Without(labels) => names_le(labels),
    }
}

/// The bounds that a histogram may have: those of the services that it is about, in any environment.
fn bounds(artefacts: &Artefacts, expression: &Expr) -> Option<Vec<f64>> {
    let mut bounds: BTreeSet<u64> = BTreeSet::new();
    for selector in query::selectors(expression) {
        let metric = selector.name.as_str();
        if metric.starts_with("towel_gateway_") {
            return Some(OF_GATEWAY.to_vec());
        }
        for environment in artefacts.declared.environments() {
            for (name, service) in artefacts.declared.services(environment) {
                let metrics = service.at("metrics");
                let about = query::matchers(selector, "job").all(|it| it.is_match(name) || it.value.contains('$'));
                let duration = metrics.at("duration").plain();
                let duration = duration.unwrap_or_else(|| "http_request_duration_seconds".to_owned());
                if metrics.is_given() && about && metric == format!("{duration}_bucket") {
                    bounds.extend(declared(metrics.at("buckets").items()).into_iter().map(f64::to_bits));
                }
            }
        }
    }
    (!bounds.is_empty()).then(|| bounds.into_iter().map(f64::from_bits).collect())
}

fn declared(buckets: &[serde_json::Value]) -> Vec<f64> {
    let own: Vec<f64> = buckets.iter().filter_map(|it| unit::seconds(it.text())).collect();
    if own.is_empty() { OF_CLIENTS.to_vec() } else { own }
}

fn above_buckets(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for (path, name, expression) in watch.expressions() {
            for comparison in query::comparisons(expression).into_iter().filter(|it| it.sign.starts_with('>')) {
                let is_quantile = query::function(comparison.of) == Some("histogram_quantile");
                let last = bounds(artefacts, comparison.of).and_then(|it| it.last().copied());
                if let Some(last) = last.filter(|last| is_quantile && comparison.with >= *last) {
                    let what = format!(
                        "{name}: no quantile is above {last}, the last bucket, so never above {}",
                        comparison.with
                    );
                    faults.push(Fault::new(path, what));
                }
            }
        }
    }
    faults
}

fn no_bucket(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, name, expression) in artefacts.monitoring.iter().flat_map(Monitoring::expressions) {
        for (_, it) in query::all(expression) {
            let Expr::Selector(selector) = it else { continue };
            if query::matchers(selector, "le").next().is_none() {
                continue;
            }
            let Some(bounds) = bounds(artefacts, it) else { continue };
            for matcher in query::matchers(selector, "le") {
                let exists = matcher.is_match("+Inf")
                    || bounds
                        .iter()
                        .any(|bound| matcher.is_match(&bound.to_string()) || matcher.is_match(&format!("{bound:.1}")));
                faults.extend(
                    (!exists).then(|| Fault::new(path, format!("{name}: {bounds:?} has no bucket `{matcher}`"))),
                );
            }
        }
    }
    faults
}
