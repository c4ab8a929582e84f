//! An alert's metric is not a name that Prometheus knows.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("metric-not-a-name", include_str!("metric-not-a-name.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let metric = alert.metric.as_str();
    if is_name(metric) {
        return None;
    }
    let fault = RULE
        .found(format!("alert `{}` watches something that is no metric", alert.name))
        .at(alert.metric.span, "not the name of a metric");
    let plain: String =
        metric.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    Some(if metric.contains(['(', '{', '[', ' ']) {
        fault.help("name one metric; `rate:`, `above:`, `below:` and `for:` say the rest")
    } else if is_name(&plain) {
        fault.help(format!("did you mean `{plain}`?")).suggest(alert.metric.span, plain)
    } else {
        fault.help("write letters, digits, `_` and `:`, and no digit at the beginning")
    })
}

fn is_name(text: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':');
    text.chars().all(allowed) && !text.starts_with(|letter: char| letter.is_ascii_digit()) && !text.is_empty()
}
