//! Nobody is told when production is down.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("production-without-notify", include_str!("production-without-notify.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let heard = stack.notify.iter().any(|notification| *notification.of == "critical" && !notification.to.is_empty());
    if *stack.environment.class == Class::Production && !stack.services.is_empty() && !heard {
        found.push(
            RULE.found(format!("nobody is told when `{}` is down", stack.environment.name))
                .at(stack.environment.name.span, "its critical alerts reach nobody")
                .help("add `notify: { critical: [{ slack: \"#CHANNEL\" }, { email: ADDRESS }] }`"),
        );
    }
}
