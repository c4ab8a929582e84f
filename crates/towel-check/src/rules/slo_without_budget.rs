//! An availability of 100 % (or more) allows no error at all.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("slo-without-budget", include_str!("slo-without-budget.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let availability = service.slo.as_ref().and_then(|slo| slo.availability.as_ref());
        if let Some(availability) = availability
            && availability.0 >= 100.0
        {
            found.push(
                RULE.found(format!("the availability of `{}` leaves no error budget", service.name))
                    .at(availability.span, "not one request may ever fail")
                    .note(format!("budget = 100 % - {} % = 0: every single error pages", availability.0))
                    .help("promise what users notice, e.g. `availability: 99.9%`, which allows 43 minutes a month"),
            );
        }
    }
}
