//! Nobody would notice that production's alerting itself is down.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("production-without-watchdog", include_str!("production-without-watchdog.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let told = |of: &str| stack.notify.iter().any(|notification| *notification.of == of && !notification.to.is_empty());
    // Where nobody hears of anything, that is the fault to be told of.
    if *stack.environment.class == Class::Production && told("critical") && !told("watchdog") {
        found.push(
            RULE.found(format!("nobody would notice that the alerting of `{}` is down", stack.environment.name))
                .at(stack.environment.name.span, "when Prometheus, its disk or its node is gone, all is quiet")
                .help("add `watchdog: [{ webhook: \"${secret.heartbeat_url}\" }]` to `notify:`"),
        );
    }
}
