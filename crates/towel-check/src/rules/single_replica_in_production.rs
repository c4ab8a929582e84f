//! One instance serves production alone.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("single-replica-in-production", include_str!("single-replica-in-production.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    // What takes no requests may have reasons to run once, e.g. a scheduler.
    for service in stack.services.iter().filter(|service| service.port.is_some() && service.replicas.min <= 1) {
        found.push(
            RULE.found(format!("one instance of `{}` serves production alone", service.name))
                .at(service.replicas.span, format!("{} at least", service.replicas.min))
                .note("when it crashes or its machine is rebooted, every request fails until another one is ready")
                .help("set `replicas: 2` or more for production"),
        );
    }
}
