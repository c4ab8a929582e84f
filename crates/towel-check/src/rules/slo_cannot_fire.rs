//! The fast burn-rate alert of an SLO could never fire.

use std::time::Duration;

use towel_model::{Percent, Service, Slo, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::burn::{PAGE, Window};
use crate::phrase::{duration, figure};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("slo-cannot-fire", include_str!("slo-cannot-fire.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let Some(slo) = &service.slo else { continue };
        let Some(availability) = &slo.availability else { continue };
        if PAGE.threshold(availability.value, slo.over.value) >= 1.0 {
            found.push(describe(service, slo, availability));
        }
    }
}

fn describe(service: &Service, slo: &Slo, availability: &Spanned<Percent>) -> Diagnostic {
    let period = slo.over.value;
    let (rate, threshold) = (PAGE.burn_rate(period), PAGE.threshold(availability.value, period));
    let least = (100.0 * (1.0 - 1.0 / rate) * 100.0).floor() / 100.0 + 0.01;
    RULE.found(format!("no outage of `{}` could ever page", service.name))
        .at(availability.span, "allows so many errors that not even failing altogether burns fast enough")
        .note(arithmetic(&PAGE, period))
        .note(format!(
            "threshold = {} × (100 % - {} %) = {} % errors, and there are at most 100 %",
            figure(rate, 2),
            figure(availability.0, 4),
            figure(threshold * 100.0, 1)
        ))
        .help(format!("promise at least `{}%`, or remove the SLO", figure(least, 2)))
}

fn arithmetic(window: &Window, period: Duration) -> String {
    format!(
        "burn rate = {} % of the budget × {} ÷ {} = {}",
        figure(window.budget * 100.0, 0),
        duration(period),
        duration(window.long),
        figure(window.burn_rate(period), 2)
    )
}
