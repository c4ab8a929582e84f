//! An alert waits for less than nothing.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::phrase::figure;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("alert-never-fires", include_str!("alert-never-fires.md"), examine);

/// What is counted or measured from zero up.
const ENDINGS: [&str; 6] = ["_total", "_count", "_sum", "_bytes", "_seconds", "_ratio"];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let below = alert.below.as_ref().filter(|below| below.value <= 0.0 && alert.above.is_none())?;
    let counted = ENDINGS.iter().any(|ending| alert.metric.ends_with(ending));
    if alert.rate.is_none() && !counted {
        return None;
    }
    let what = if alert.rate.is_some() { "a rate is never negative" } else { "never negative" };
    let help = if alert.rate.is_some() { "`0.001`, which is one in 17 minutes" } else { "a number above zero" };
    Some(
        RULE.found(format!("alert `{}` can never fire", alert.name))
            .at(below.span, format!("fires below {}", figure(below.value, 6)))
            .also(alert.metric.span, what)
            .help(format!("to hear of a standstill, compare with {help}")),
    )
}
