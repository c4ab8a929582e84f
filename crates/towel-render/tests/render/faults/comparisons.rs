//! Faults of figures in queries: shares above one, per cents of nothing, seconds taken for milliseconds, bare counters.

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::monitoring::Monitoring;
use super::promql::Expr;
use super::query;
use super::wording::spoken_seconds;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "per cent of an absolute rate",
        numbers: &[3],
        find: absolute_percent,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(errors_total[5m])) > 0.05', annotations: { summary: 'more than 5% of requests fail' } }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(errors_total[5m])) > 0.05', annotations: { summary: '{{ $value | humanizePercentage }} fail' } }] }]",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:errors:ratio', expr: 'sum(rate(errors_total[5m])) / sum(rate(a_total[5m]))' }, { alert: A, expr: 'a:errors:ratio > 0.05', annotations: { summary: 'more than 5% of requests fail' } }] }]",
        ],
    },
    Detector {
        name: "share compared with more than one",
        numbers: &[5],
        find: wrong_share,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(e_total[5m])) / sum(rate(a_total[5m])) > 5' }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: '100 * sum(rate(e_total[5m])) / sum(rate(a_total[5m])) > 0.05' }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'a:ratio', expr: 'sum(rate(e_total[5m])) / sum(rate(a_total[5m]))' }, { alert: A, expr: '1 - a:ratio < 99' }] }]",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(e_total[5m])) / sum(rate(a_total[5m])) * 100 > 5' }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(rate(a_seconds_sum[5m])) / sum(rate(a_seconds_count[5m])) > 5' }] }]",
        ],
    },
    Detector {
        name: "seconds compared with milliseconds",
        numbers: &[6],
        find: milliseconds,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (rate(a_seconds_bucket[5m]))) > 500' }] }]",
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'a_duration_seconds > 20', annotations: { summary: 'slower than 20ms' } }] }]",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'histogram_quantile(0.95, sum by (le) (rate(a_seconds_bucket[5m]))) > 0.5', annotations: { summary: 'slower than 500ms' } }] }]",
        ],
    },
    Detector {
        name: "counter without rate",
        numbers: &[55],
        find: bare_counter,
        bad: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'sum(errors_total) > 5' }] }]",
            "=== m/grafana/a.json\n{ \"panels\": [{ \"title\": \"p\", \"targets\": [{ \"expr\": \"sum(errors_total)\" }] }] }",
        ],
        good: &[
            "=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ alert: A, expr: 'absent(errors_total) or increase(errors_total[5m]) > 5' }] }]",
        ],
    },
];

fn absolute_percent(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for rule in watch.alerts() {
            let says = |text: &String| text.contains('%') || text.contains("humanizePercentage");
            let is_said = rule.annotations.values().any(says);
            let is_share = watch.resolved(&rule.expression).into_iter().any(is_share_somewhere);
            faults.extend((is_said && !is_share).then(|| rule.at("speaks of per cents, and divides by nothing")));
        }
    }
    faults
}

fn is_share_somewhere(expression: &Expr) -> bool {
    let names = query::selectors(expression).into_iter().any(|it| of_name(&it.name) == Measure::Share);
    names || query::all(expression).into_iter().any(|(_, it)| matches!(it, Expr::Both { sign, .. } if sign == "/"))
}

/// What the result of an expression is a number of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Measure {
    /// A part of a whole, between 0 and 1.
    Share,
    /// The same times a hundred.
    Percent,
    Seconds,
    Bytes,
    Other,
}

/// Divisors that change a unit and make no share.
const CONVERSIONS: [f64; 8] = [60.0, 1000.0, 1024.0, 1e6, 1_048_576.0, 1e9, 3600.0, 86_400.0];

fn measure(expression: &Expr, watch: &Monitoring) -> Measure {
    match expression {
        Expr::Aggregate { name, of, .. } => match (name.as_str(), of.last()) {
            ("count" | "group", _) | (_, None) => Measure::Other,
            (_, Some(of)) => measure(of, watch),
        },
        Expr::Negative(of) | Expr::Subquery(of) => measure(of, watch),
        Expr::Call { name, of } => match (name.as_str(), of.as_slice()) {
            ("histogram_quantile", [_, of]) => of_name(query::selectors(of).first().map_or("", |it| &it.name)),
            ("absent" | "time" | "changes" | "resets", _) | (_, []) => Measure::Other,
            (_, [of, ..]) => measure(of, watch),
        },
        Expr::Both { left, sign, right, .. } => of_both(left, sign, right, watch),
        Expr::Selector(it) => of_selector(&it.name, watch),
        Expr::Number(_) | Expr::Text(_) => Measure::Other,
    }
}

fn of_both(left: &Expr, sign: &str, right: &Expr, watch: &Monitoring) -> Measure {
    let (of_left, of_right) = (measure(left, watch), measure(right, watch));
    if let (Some(whole), "/") = (hundredth(left), sign) {
        return if measure(whole, watch) == of_right { Measure::Percent } else { Measure::Other };
    }
    match (sign, query::constant(left), query::constant(right)) {
        ("/", None, None) if of_left == of_right => Measure::Share,
        ("/", None, Some(by)) if by > 1.0 && of_left == Measure::Other && !CONVERSIONS.contains(&by) => Measure::Share,
        ("/", None, None) if of_right == Measure::Other => of_left,
        ("*", Some(100.0), _) if of_right == Measure::Share => Measure::Percent,
        ("*", _, Some(100.0)) if of_left == Measure::Share => Measure::Percent,
        ("/", ..) | ("*", ..) => Measure::Other,
        // `1 - share` is a share, and a filter changes nothing.
        (_, Some(_), None) => of_right,
        _ => of_left,
    }
}

/// What is taken a hundred times.
fn hundredth(expression: &Expr) -> Option<&Expr> {
    let Expr::Both { left, sign, right, .. } = expression else { return None };
    match (sign.as_str(), query::constant(left), query::constant(right)) {
        ("*", Some(100.0), None) => Some(right),
        ("*", None, Some(100.0)) => Some(left),
        _ => None,
    }
}

fn of_selector(name: &str, watch: &Monitoring) -> Measure {
    watch.recorded(name).map_or_else(|| of_name(name), |rule| measure(&rule.expression, watch))
}

fn of_name(name: &str) -> Measure {
    if ["_ratio", ":ratio"].iter().any(|part| name.contains(part)) {
        return Measure::Share;
    }
    let whole = name.strip_suffix("_sum").unwrap_or(name);
    let bucket = whole.strip_suffix("_bucket").unwrap_or(whole);
    if whole.ends_with("_count") || (whole.ends_with("_bucket") && !bucket.contains("_seconds")) {
        return Measure::Other;
    }
    let parts: Vec<&str> = bucket.split('_').collect();
    if parts.contains(&"seconds") && !parts.contains(&"total") && !parts.contains(&"timestamp") {
        Measure::Seconds
    } else if parts.contains(&"bytes") {
        Measure::Bytes
    } else {
        Measure::Other
    }
}

fn wrong_share(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for (path, name, expression) in watch.expressions() {
            for comparison in query::comparisons(expression) {
                let wrong = match measure(comparison.of, watch) {
                    Measure::Share => comparison.with > 1.0,
                    Measure::Percent => comparison.with > 0.0 && comparison.with < 1.0,
                    _ => false,
                };
                let what = format!("{name}: a share is compared with {}", comparison.with);
                faults.extend(wrong.then(|| Fault::new(path, what)));
            }
        }
    }
    faults
}

/// No answer is waited for that long.
const TOO_LONG: f64 = 50.0;

fn milliseconds(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in &artefacts.monitoring {
        for rule in watch.alerts() {
            let said: Vec<f64> = rule.annotations.values().flat_map(|text| spoken_seconds(text)).collect();
            for comparison in query::comparisons(&rule.expression) {
                let lasts = query::selectors(comparison.of).iter().any(|it| lasts(&it.name));
                if !lasts || measure(comparison.of, watch) != Measure::Seconds {
                    continue;
                }
                let is_said = |seconds: f64| said.iter().any(|said| (said - seconds).abs() < 1e-9);
                let thousandth = is_said(comparison.with / 1000.0) && !is_said(comparison.with);
                if thousandth || (comparison.with >= TOO_LONG && !is_said(comparison.with)) {
                    faults.push(rule.at(&format!("compares seconds with {}", comparison.with)));
                }
            }
        }
    }
    faults
}

/// Whether a metric tells how long something takes.
fn lasts(name: &str) -> bool {
    name.contains("_bucket") || ["duration", "latency", "response"].iter().any(|word| name.contains(word))
}

fn bare_counter(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, name, expression) in artefacts.monitoring.iter().flat_map(Monitoring::expressions) {
        for (above, it) in query::all(expression) {
            let Expr::Selector(selector) = it else { continue };
            let metric = selector.name.as_str();
            let counts = ["_total", "_bucket"].iter().any(|end| metric.ends_with(end));
            let only_asked_for = above.iter().any(|above| {
                matches!(query::function(above), Some("absent" | "count" | "group" | "timestamp"))
                    || matches!(above, Expr::Subquery(_))
            });
            if counts && selector.range.is_none() && !only_asked_for {
                faults.push(Fault::new(path, format!("{name}: `{metric}` only ever grows")));
            }
        }
    }
    faults
}
