//! An autoscaled service is held back before it uses what would scale it.

use towel_model::{Service, Stack};
use towel_source::{Diagnostic, Span};

use crate::phrase::{figure, mebibytes};
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("scale-target-above-limit", include_str!("scale-target-above-limit.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in stack.services.iter().filter(|service| service.replicas.min < service.replicas.max) {
        let Some(scale) = &service.scale_on else { continue };
        if let (Some(target), Some(cpu)) = (&scale.cpu, &service.resources.cpu) {
            let used = f64::from(cpu.min.0) * target.share();
            if used >= f64::from(cpu.max.0) {
                let sum =
                    format!("{}m × {} % = {}m ≥ limit {}m", cpu.min.0, figure(target.0, 2), figure(used, 0), cpu.max.0);
                found.push(describe(service, "CPU", target.span, cpu.span, sum));
            }
        }
        if let (Some(target), Some(memory)) = (&scale.memory, &service.resources.memory) {
            #[expect(clippy::cast_precision_loss, reason = "sizes of memory are far below 2⁵³")]
            let (used, limit) = (memory.min.0 as f64 * target.share(), memory.max.0 as f64);
            if used >= limit {
                let (request, limit) = (mebibytes(memory.min), mebibytes(memory.max));
                let sum = format!(
                    "{request} × {} % = {}Mi ≥ limit {limit}",
                    figure(target.0, 2),
                    figure(used / 1_048_576.0, 0)
                );
                found.push(describe(service, "memory", target.span, memory.span, sum));
            }
        }
    }
}

fn describe(service: &Service, what: &str, target: Span, limit: Span, sum: String) -> Diagnostic {
    RULE.found(format!("`{}` never uses so much {what} that an instance is added", service.name))
        .at(target, "of the request")
        .also(limit, "held to the second of these")
        .note(sum)
        .help("lower the target to about `70%`, or raise the limit above the request")
}
