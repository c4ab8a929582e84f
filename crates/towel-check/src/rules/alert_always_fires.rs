//! An alert fires whatever the metric is.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::figure;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("alert-always-fires", include_str!("alert-always-fires.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for alert in &stack.alerts {
        let (Some(below), Some(above)) = (&alert.below, &alert.above) else { continue };
        if below.value > above.value {
            let (low, high) = (figure(above.value, 6), figure(below.value, 6));
            found.push(
                RULE.found(format!("alert `{}` fires at every value", alert.name))
                    .at(below.span, format!("fires below {high}"))
                    .also(above.span, format!("and above {low}"))
                    .note(format!("every number is below {high} or above {low}, because {low} < {high}"))
                    .help(format!("for a band write `below: {low}, above: {high}`")),
            );
        }
    }
}
