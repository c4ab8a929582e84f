//! An alert compares seconds with a number of milliseconds.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::phrase::figure;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("seconds-taken-for-milliseconds", include_str!("seconds-taken-for-milliseconds.md"), examine);

/// What is over within seconds when all is well.
const SHORT: [&str; 8] = ["request", "response", "http", "rpc", "query", "latency", "call", "command"];
/// From here on a number is more likely meant as milliseconds.
const LEAST: f64 = 100.0;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let above = alert.above.as_ref().filter(|above| above.value >= LEAST && alert.rate.is_none())?;
    let short = alert.metric.strip_suffix("_seconds")?.split('_').any(|word| SHORT.contains(&word));
    short.then(|| {
        RULE.found(format!("alert `{}` compares seconds with milliseconds", alert.name))
            .at(above.span, format!("{} seconds", figure(above.value, 3)))
            .also(alert.metric.span, "in seconds, as its name says")
            .note(format!("{0} ms = {0} ÷ 1000 = {1} s", figure(above.value, 3), figure(above.value / 1000.0, 6)))
            .help(format!("write `above: {}` if milliseconds are meant", figure(above.value / 1000.0, 6)))
    })
}
