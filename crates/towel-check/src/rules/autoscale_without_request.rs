//! A service is to be scaled by its use of something that it requests nothing of.

use towel_model::{Service, Stack};
use towel_source::{Diagnostic, Span};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("autoscale-without-request", include_str!("autoscale-without-request.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in stack.services.iter().filter(|service| service.replicas.min < service.replicas.max) {
        let Some(scale) = &service.scale_on else { continue };
        if let Some(cpu) = &scale.cpu
            && service.resources.cpu.is_none()
        {
            found.push(describe(service, "cpu", cpu.0, cpu.span, "250m..500m"));
        }
        if let Some(memory) = &scale.memory
            && service.resources.memory.is_none()
        {
            found.push(describe(service, "memory", memory.0, memory.span, "256Mi..512Mi"));
        }
    }
}

fn describe(service: &Service, what: &str, target: f64, place: Span, example: &str) -> Diagnostic {
    RULE.found(format!("`{}` is scaled by its use of {what}, but requests none", service.name))
        .at(place, format!("{target} % of nothing"))
        .note("use ÷ request = use ÷ 0: the autoscaler reports an error and never adds an instance")
        .help(format!("add `resources: {{ {what}: {example} }}`"))
}
