//! A canary gets too few requests to be judged in time.

use std::time::Duration;

use towel_model::{Percent, Rate, Service, Stack, Strategy};
use towel_source::{Diagnostic, Spanned};

use crate::phrase::{about, duration, figure};
use crate::rule::Rule;
use crate::verdict::{bound, needed};

pub(crate) const RULE: Rule =
    Rule::warning("canary-starved-of-traffic", include_str!("canary-starved-of-traffic.md"), examine);

/// The judge gives up waiting for traffic after this long at a step.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let traffic = service.slo.as_ref().and_then(|slo| slo.traffic.as_ref());
        if let Some(traffic) = traffic
            && *service.rollout.strategy == Strategy::Canary
            && traffic.per_second() > 0.0
        {
            found.extend(describe(service, traffic));
        }
    }
}

/// What a step needs and when it has it.
struct Wait<'a> {
    step: &'a Spanned<Percent>,
    requests: u64,
    seconds: f64,
}

fn waits<'a>(service: &'a Service, traffic: &Rate) -> Vec<Wait<'a>> {
    let steps = service.rollout.steps.iter().filter(|step| step.0 > 0.0 && step.0 < 100.0);
    steps
        .map(|step| {
            let requests = needed(step.value);
            Wait { step, requests, seconds: requests as f64 / (traffic.per_second() * step.share()) }
        })
        .collect()
}

fn describe(service: &Service, traffic: &Spanned<Rate>) -> Option<Diagnostic> {
    let waits = waits(service, traffic);
    let starved = waits.iter().find(|wait| wait.seconds > PATIENCE.as_secs_f64())?;
    let lines: Vec<String> = waits.iter().map(|wait| line(wait, traffic)).collect();
    let enough = starved.requests as f64 / (PATIENCE.as_secs_f64() * traffic.per_second()) * 100.0;
    let help = if enough < 100.0 {
        format!("let this step take at least {} % of traffic, or", enough.ceil())
    } else {
        "at this traffic no share suffices:".to_owned()
    };
    Some(
        RULE.found(format!("a canary of `{}` gets too few requests to be judged", service.name))
            .at(starved.step.span, format!("{} for a verdict", about(starved.seconds)))
            .also(traffic.span, "the expected traffic")
            .note(format!("needed requests without an error ÷ (traffic × share):\n{}", lines.join("\n")))
            .note(format!("the judge waits {} at a step, then `on_insufficient` decides", duration(PATIENCE)))
            .help(format!("{help} declare `smoke:` requests, which towel then repeats to gather evidence")),
    )
}

fn line(wait: &Wait<'_>, traffic: &Rate) -> String {
    format!(
        "  {} %: {} requests ÷ ({}/s × {}) = {} (until the error rate is surely below {} %)",
        wait.step.0,
        wait.requests,
        figure(traffic.per_second(), 3),
        figure(wait.step.share(), 3),
        about(wait.seconds),
        figure(bound(wait.step.value) * 100.0, 1),
    )
}
