//! An alert waits for a ratio to exceed the whole.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::phrase::figure;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("ratio-above-one", include_str!("ratio-above-one.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let above = alert.above.as_ref().filter(|above| above.value >= 1.0 && alert.rate.is_none())?;
    if !alert.metric.ends_with("_ratio") {
        return None;
    }
    // `80` is eighty parts of a hundred; beyond a hundred nothing can be guessed.
    let meant = if above.value > 1.0 && above.value <= 100.0 { above.value / 100.0 } else { 0.9 };
    Some(
        RULE.found(format!("alert `{}` waits for more than everything", alert.name))
            .at(above.span, format!("fires above {} %", figure(above.value * 100.0, 2)))
            .also(alert.metric.span, "a ratio is at most 1")
            .help(format!("write `above: {}`", figure(meant, 4))),
    )
}
