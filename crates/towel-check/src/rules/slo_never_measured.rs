//! Nothing measures whether a promise is kept.

use towel_model::{EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("slo-never-measured", include_str!("slo-never-measured.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    // Elsewhere calls between services go through the gateway, which counts them.
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    for service in stack.services.iter().filter(|service| service.metrics.is_none() && service.expose.is_none()) {
        let Some(slo) = &service.slo else { continue };
        let promise = slo.availability.as_ref().map(|share| share.span);
        if let Some(promise) = promise.or_else(|| Some(slo.latency.first()?.1.span)) {
            found.push(
                RULE.found(format!("nothing measures whether `{}` keeps its promise", service.name))
                    .at(promise, "of which requests?")
                    .also(service.name.span, "neither `metrics:` nor `expose:`")
                    .help("add `metrics: /metrics` to the service, or remove the promise"),
            );
        }
    }
}
