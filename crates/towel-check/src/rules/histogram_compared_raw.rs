//! An alert compares the buckets of a histogram with a number.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("histogram-compared-raw", include_str!("histogram-compared-raw.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let histogram = alert.metric.strip_suffix("_bucket")?;
    Some(
        RULE.found(format!("alert `{}` compares the buckets of a histogram one by one", alert.name))
            .at(alert.metric.span, "a series for each bound, each counting all below it")
            .note("the series of the highest bound counts everything, so it alone decides")
            .help(format!(
                "promise a latency with `slo: {{ latency: {{ p95: … }} }}`, or watch `{histogram}_count` with `rate: 5m`"
            )),
    )
}
