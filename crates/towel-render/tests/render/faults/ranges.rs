//! Faults of time in queries: ranges that hold too few samples, and alerts that hold on longer than what they are about.

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::promql::Expr;
use super::query;
use super::tree::Tree;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "range of fewer than four scrapes",
        numbers: &[9],
        find: short_range,
        bad: &[
            "=== m/prometheus/prometheus.yaml\nglobal: { scrape_interval: 30s }\nscrape_configs: [{ job_name: api }]\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'rate(a_total{job=\"api\"}[1m]) > 1' }] }]",
        ],
        good: &[
            "=== m/prometheus/prometheus.yaml\nglobal: { scrape_interval: 15s }\nscrape_configs: [{ job_name: api }]\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'rate(a_total{job=\"api\"}[1m]) > 1' }] }]",
        ],
    },
    Detector {
        name: "for outlasts its subject",
        numbers: &[10],
        find: outlasting,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'increase(restarts_total[5m]) > 0', for: 10m }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'up == 0 and on () (clock:minute_of_day:local >= 540 < 560)', for: 30m }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'kube_job_status_failed{job_name=~\"dump.*\"} > 0', for: 2h }] }]\n=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: dump }, spec: { jobTemplate: { spec: { ttlSecondsAfterFinished: 3600, template: { spec: { containers: [] } } } } } }",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'increase(restarts_total[15m]) > 0', for: 5m }] }]",
        ],
    },
    Detector {
        name: "recorded more often than scraped",
        numbers: &[12],
        find: short_record,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, interval: 5m, rules: [{ record: 'a:b:rate1m', expr: 'sum(rate(a_total[1m]))' }] }]",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, interval: 30s, rules: [{ record: 'a:b:rate1m', expr: 'sum(rate(a_total[1m]))' }] }]",
        ],
    },
];

fn short_range(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in artefacts.monitoring.iter().filter(|watch| watch.prometheus.is_some()) {
        for (path, name, expression) in watch.expressions() {
            for selector in query::selectors(expression) {
                let job = query::matchers(selector, "job").map(|it| it.value.as_str()).next();
                let least = 4.0 * watch.scrape_interval(job);
                if let Some(range) = selector.range.filter(|range| *range < least) {
                    faults.push(Fault::new(
                        path,
                        format!("{name}: a range of {range} s where {least} s hold four scrapes"),
                    ));
                }
            }
        }
    }
    faults
}

fn outlasting(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in artefacts.monitoring.iter().flat_map(|watch| watch.alerts()) {
        for lives in lives(&rule.expression).into_iter().chain(job_lives(artefacts, &rule.expression)) {
            if rule.hold > lives {
                faults.push(rule.at(&format!("has to last {} s, and its subject lasts {lives} s", rule.hold)));
            }
        }
    }
    faults
}

/// Seconds for which a single event can be seen, and for which a time of the day lasts.
fn lives(expression: &Expr) -> Vec<f64> {
    let mut lives = Vec::new();
    let mut bounds: Vec<(bool, f64)> = Vec::new();
    for comparison in query::comparisons(expression) {
        // What guards another condition is no event.
        let guards = query::all(expression).into_iter().any(|(above, it)| {
            std::ptr::eq(it, comparison.of)
                && above.iter().any(|it| matches!(it, Expr::Both { sign, .. } if sign == "and"))
        });
        if !guards
            && ["increase", "changes", "resets", "delta"].iter().any(|name| function_of(comparison.of) == Some(*name))
        {
            lives.extend(query::selectors(comparison.of).into_iter().filter_map(|it| it.range));
        }
        if query::selectors(comparison.of).iter().any(|it| it.name.contains("minute_of_day")) {
            bounds.push((comparison.sign.starts_with('>'), comparison.with));
        }
    }
    let bound = |from: bool| bounds.iter().find(|(is_from, _)| *is_from == from).map(|(_, minute)| *minute);
    if let (Some(from), Some(to)) = (bound(true), bound(false)) {
        let length = (to - from).rem_euclid(1440.0);
        lives.push(if length == 0.0 { 1440.0 } else { length } * 60.0);
    }
    lives
}

/// The function that counts events, through aggregations.
fn function_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Aggregate { of, .. } => function_of(of.last()?),
        Expr::Both { left, right, .. } if query::constant(right).is_some() => function_of(left),
        it => query::function(it),
    }
}

/// Seconds for which finished jobs are there to be asked about.
fn job_lives(artefacts: &Artefacts, expression: &Expr) -> Vec<f64> {
    let of_jobs = query::selectors(expression).iter().any(|it| it.name.starts_with("kube_job_"));
    let objects = artefacts.clusters.iter().flat_map(|cluster| &cluster.objects).filter(|_| of_jobs);
    let path = "spec.jobTemplate.spec.ttlSecondsAfterFinished";
    objects
        .filter_map(|object| {
            object.tree.at(path).number().or_else(|| object.tree.at("spec.ttlSecondsAfterFinished").number())
        })
        .collect()
}

fn short_record(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        let usual = unit::seconds(watch.config().at("global.evaluation_interval").text()).unwrap_or(60.0);
        for rule in watch.rules.iter().filter(|rule| !rule.is_alert) {
            let interval = rule.interval.unwrap_or(usual);
            for range in query::selectors(&rule.expression).into_iter().filter_map(|it| it.range) {
                if range < interval {
                    faults.push(rule.at(&format!("looks back {range} s every {interval} s, and never sees the rest")));
                }
            }
        }
    }
    faults
}
