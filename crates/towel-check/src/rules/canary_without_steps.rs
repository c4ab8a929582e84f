//! A canary gets all traffic at once.

use towel_model::{Class, Stack, Strategy};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("canary-without-steps", include_str!("canary-without-steps.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class == Class::Dev {
        return;
    }
    for service in stack.services.iter().filter(|service| *service.rollout.strategy == Strategy::Canary) {
        if let [only] = service.rollout.steps.as_slice() {
            found.push(
                RULE.found(format!("the canary of `{}` gets all traffic at once", service.name))
                    .at(only.span, "the first step is the last")
                    .help("begin small: `steps: [10%, 50%, 100%]`, or say `strategy: rolling`"),
            );
        }
    }
}
