//! Every deploy to production stops the service.

use towel_model::{Class, Stack, Strategy};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("recreate-in-production", include_str!("recreate-in-production.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for service in stack.services.iter().filter(|service| service.port.is_some()) {
        let strategy = &service.rollout.strategy;
        if strategy.value == Strategy::Recreate {
            let (drain, start) = (service.drain.value, service.health.start.value);
            found.push(
                RULE.found(format!("every deploy of `{}` stops it", service.name))
                    .at(strategy.span, "the old version ends before the new one starts")
                    .note(format!(
                        "up to drain {} + start {} = {} without an answer",
                        duration(drain),
                        duration(start),
                        duration(drain + start)
                    ))
                    .help("use `strategy: canary`, or `rolling` when two versions may run side by side"),
            );
        }
    }
}
