//! A probe from outside asks so seldom that one failure spends the whole error budget.

use std::collections::HashMap;
use std::time::Duration;

use towel_model::{OutsideProbe, Percent, Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::hosts::{of_url, resolved};
use crate::phrase::{about, duration, figure};
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("probe-coarser-than-budget", include_str!("probe-coarser-than-budget.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if stack.probes.is_empty() {
        return;
    }
    let mut hosts: HashMap<String, Vec<&Service>> = HashMap::new();
    for service in &stack.services {
        let host = service.expose.as_ref().and_then(|expose| resolved(&expose.host, &stack.environment));
        hosts.entry(host.unwrap_or_default()).or_default().push(service);
    }
    for probe in &stack.probes {
        let Some(url) = resolved(&probe.url, &stack.environment) else { continue };
        for service in hosts.get(of_url(&url)).into_iter().flatten() {
            found.extend(describe(probe, service));
        }
    }
}

fn describe(probe: &OutsideProbe, service: &Service) -> Option<Diagnostic> {
    let slo = service.slo.as_ref()?;
    let availability = slo.availability?;
    let budget = budget(availability, slo.over.value);
    // A promise without any budget has its own error.
    if budget <= 0.0 || probe.every.as_secs_f64() < budget {
        return None;
    }
    Some(
        RULE.found(format!("one failed probe spends the whole error budget of `{}`", service.name))
            .at(probe.every.span, format!("stands for {}", duration(probe.every.value)))
            .also(availability.span, format!("allows {} in {}", about(budget), duration(slo.over.value)))
            .note(format!(
                "(100 % - {} %) × {} = {} ≤ every {}",
                figure(availability.0, 4),
                duration(slo.over.value),
                about(budget),
                duration(probe.every.value)
            ))
            .help("ask every `30s`"),
    )
}

fn budget(availability: Spanned<Percent>, over: Duration) -> f64 {
    (1.0 - availability.share()) * over.as_secs_f64()
}
