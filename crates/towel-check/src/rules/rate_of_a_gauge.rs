//! An alert takes the rate of a metric that goes up and down.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("rate-of-a-gauge", include_str!("rate-of-a-gauge.md"), examine);

/// What nobody counts without end.
const ENDINGS: [&str; 12] = [
    "_ratio",
    "_percent",
    "_online",
    "_open",
    "_active",
    "_connected",
    "_current",
    "_depth",
    "_length",
    "_usage",
    "_celsius",
    "_available",
];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let rate = alert.rate.as_ref()?;
    let ending = ENDINGS.iter().find(|ending| alert.metric.ends_with(**ending))?;
    Some(
        RULE.found(format!("alert `{}` takes the rate of something that is no counter", alert.name))
            .at(rate.span, "each fall counts as a restart from zero")
            .also(alert.metric.span, format!("`{ending}` is a state, not a count of events"))
            .help("remove `rate:` and compare the value itself"),
    )
}
