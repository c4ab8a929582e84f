//! Production takes versions that staging has not seen, although there is a staging environment.

use towel_model::{Class, Stack};
use towel_source::{Diagnostic, Severity};

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::over_product(
    Severity::Warning,
    "production-without-rehearsal",
    include_str!("production-without-rehearsal.md"),
    examine,
);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let Some(staging) = stacks.iter().find(|stack| *stack.environment.class == Class::Staging) else { return };
    let rehearsal = &staging.environment.name;
    for stack in stacks.iter().filter(|stack| *stack.environment.class == Class::Production) {
        if stack.environment.after.is_none() {
            found.push(
                RULE.found(format!("`{}` takes versions that `{rehearsal}` has never run", stack.environment.name))
                    .at(stack.environment.name.span, "no `after:`")
                    .also(rehearsal.span, "rehearses versions")
                    .help(format!("add `after: {rehearsal}`")),
            );
        }
    }
}
