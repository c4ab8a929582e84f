//! An alert compares a counter itself, not how fast it rises.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("counter-without-rate", include_str!("counter-without-rate.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    if alert.rate.is_some() || !alert.metric.ends_with("_total") {
        return None;
    }
    let compared = alert.above.as_ref().or(alert.below.as_ref())?;
    let effect = if alert.above.is_some() {
        "reached one day whatever happens, and from then on until the next restart"
    } else {
        "true after every restart"
    };
    Some(
        RULE.found(format!("alert `{}` compares a counter itself", alert.name))
            .at(alert.metric.span, "counts since the process started")
            .also(compared.span, effect)
            .help("add `rate: 5m` and compare with a number for each second"),
    )
}
