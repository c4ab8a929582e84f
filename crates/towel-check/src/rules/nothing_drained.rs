//! An instance that takes requests is stopped without finishing them.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("nothing-drained", include_str!("nothing-drained.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class == Class::Dev {
        return;
    }
    for service in stack.services.iter().filter(|service| service.port.is_some() && service.drain.is_zero()) {
        found.push(
            RULE.found(format!("every deploy of `{}` cuts requests off", service.name))
                .at(service.drain.span, "no time for requests in flight")
                .note("a proxy also needs a moment to learn that an instance is gone")
                .help("set `drain` to what the longest request takes, e.g. `20s`"),
        );
    }
}
