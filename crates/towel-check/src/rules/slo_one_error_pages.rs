//! At the declared traffic a single failed request wakes somebody.

use std::time::Duration;

use towel_model::{Percent, Rate, Service, Slo, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::burn::PAGE;
use crate::phrase::{about, figure};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("slo-one-error-pages", include_str!("slo-one-error-pages.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let Some(slo) = &service.slo else { continue };
        let (Some(availability), Some(traffic)) = (&slo.availability, &slo.traffic) else { continue };
        let allowed = requests(traffic, PAGE.long) * PAGE.threshold(availability.value, slo.over.value);
        // An SLO without any budget has its own error.
        if allowed < 1.0 && availability.0 < 100.0 {
            found.push(describe(service, slo, availability, traffic));
        }
    }
}

fn requests(traffic: &Rate, window: Duration) -> f64 {
    traffic.per_second() * window.as_secs_f64()
}

fn describe(service: &Service, slo: &Slo, availability: &Spanned<Percent>, traffic: &Spanned<Rate>) -> Diagnostic {
    let hourly = requests(traffic, PAGE.long);
    let threshold = PAGE.threshold(availability.value, slo.over.value);
    let bearable = 100.0 - 100.0 / (hourly * PAGE.burn_rate(slo.over.value));
    let help = if bearable > 0.0 && hourly >= 1.0 {
        format!("at this traffic promise at most `{}%`", figure((bearable * 100.0).floor() / 100.0, 2))
    } else {
        "at this traffic no promise about the share of good requests can be kept or broken".to_owned()
    };
    RULE.found(format!("one failed request of `{}` pages", service.name))
        .at(traffic.span, format!("{} requests an hour", figure(hourly, 1)))
        .also(availability.span, format!("pages above {} % errors within the hour", figure(threshold * 100.0, 2)))
        .note(format!(
            "{} requests × {} % = {} bad requests; the first one is more",
            figure(hourly, 1),
            figure(threshold * 100.0, 2),
            figure(hourly * threshold, 2)
        ))
        .note(format!(
            "from {} on two are needed: one request every {}",
            figure((1.0 / threshold).ceil(), 0) + " requests an hour",
            about(3600.0 * threshold)
        ))
        .help(format!("{help}, or measure with `probes:` that ask regularly"))
}
