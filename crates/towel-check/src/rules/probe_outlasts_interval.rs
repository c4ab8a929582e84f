//! A probe may take longer than the time until it is asked again.

use towel_model::{Class, Probe, Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("probe-outlasts-interval", include_str!("probe-outlasts-interval.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    // A developer's machine asks every second, to start fast; nobody waits there for hanging instances.
    if *stack.environment.class == Class::Dev {
        return;
    }
    for service in &stack.services {
        for (name, probe) in [("live", &service.health.live), ("ready", &service.health.ready)] {
            if let Some(probe) = probe
                && probe.within > probe.every
            {
                found.push(describe(service, name, probe));
            }
        }
    }
}

fn describe(service: &Service, name: &str, probe: &Spanned<Probe>) -> Diagnostic {
    let slow = probe.within.max(probe.every).saturating_mul(probe.failures);
    RULE.found(format!("the `{name}` probe of `{}` is due again before it has to answer", service.name))
        .at(probe.span, format!("may take {}, asked every {}", duration(probe.within), duration(probe.every)))
        .note(format!(
            "a hanging instance is noticed after {} × {} = {}, not {} × {} = {}",
            probe.failures,
            duration(probe.within),
            duration(slow),
            probe.failures,
            duration(probe.every),
            duration(probe.every.saturating_mul(probe.failures))
        ))
        .help(format!("set `within` to at most `{}`, or ask less often", duration(probe.every)))
}
