//! Something refers to an environment that is not declared.

use std::collections::HashSet;

use towel_model::Stack;
use towel_source::{Diagnostic, Severity, Span, Spanned};

use crate::phrase::choice;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::over_product(Severity::Error, "unknown-environment", include_str!("unknown-environment.md"), examine);

const CLASSES: [&str; 3] = ["dev", "staging", "production"];

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = stacks.iter().map(|stack| stack.environment.name.as_str()).collect();
    let mut seen = HashSet::new();
    for stack in stacks {
        for after in stack.environment.after.iter().filter(|after| !known.contains(&after.as_str())) {
            add(after, &known, &mut seen, found);
        }
        for place in required_in(stack) {
            if !known.contains(&place.as_str()) && !CLASSES.contains(&place.as_str()) {
                add(place, &known, &mut seen, found);
            }
        }
    }
}

fn required_in(stack: &Stack) -> impl Iterator<Item = &Spanned<String>> {
    let variables = stack.services.iter().flat_map(|service| &service.env).flat_map(|variable| &variable.required_in);
    variables.chain(stack.secrets.iter().flat_map(|secret| &secret.required_in))
}

/// Every environment repeats what the file says once.
fn add(name: &Spanned<String>, known: &[&str], seen: &mut HashSet<Span>, found: &mut Vec<Diagnostic>) {
    if seen.insert(name.span) {
        found.push(
            RULE.found(format!("`{name}` is no environment"))
                .at(name.span, "not declared under `environments:`")
                .help(choice(name, "environment", known.iter().copied())),
        );
    }
}
