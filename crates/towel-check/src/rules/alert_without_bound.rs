//! An alert has no figure to compare with.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("alert-without-bound", include_str!("alert-without-bound.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for alert in stack.alerts.iter().filter(|alert| alert.below.is_none() && alert.above.is_none()) {
        found.push(
            RULE.found(format!("alert `{}` has no bound", alert.name))
                .at(alert.name.span, "neither `above:` nor `below:`")
                .help(format!("say when it fires, e.g. `above: 100` or `below: 0.01` of `{}`", alert.metric)),
        );
    }
}
