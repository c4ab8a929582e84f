//! A service says what it is built with, and not where its source is.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("stack-without-source", include_str!("stack-without-source.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in stack.services.iter().filter(|service| service.source.is_none()) {
        if let Some(built_with) = &service.stack {
            found.push(
                RULE.found(format!("nothing is built for `{}`", service.name))
                    .at(built_with.span, "built with this, but from which folder?")
                    .help(format!("add `source: {}`, or whichever folder its source is in", service.name)),
            );
        }
    }
}
