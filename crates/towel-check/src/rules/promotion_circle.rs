//! Environments wait for each other, so no version can ever enter one of them.

use std::collections::HashSet;

use towel_model::Stack;
use towel_source::{Diagnostic, Severity};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::over_product(Severity::Error, "promotion-circle", include_str!("promotion-circle.md"), examine);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let mut reported: HashSet<&str> = HashSet::new();
    for stack in stacks {
        if let Some(circle) = circle_from(stack, stacks)
            && circle.iter().all(|member| reported.insert(member.environment.name.as_str()))
        {
            found.push(describe(&circle));
        }
    }
}

/// The environments on the way back to `start`, if the way leads back.
fn circle_from<'a>(start: &'a Stack, stacks: &'a [Stack]) -> Option<Vec<&'a Stack>> {
    let mut members = vec![start];
    loop {
        let after = members[members.len() - 1].environment.after.as_ref()?;
        let next = stacks.iter().find(|stack| stack.environment.name == *after)?;
        if next.environment.name == start.environment.name {
            return Some(members);
        }
        if members.iter().any(|member| member.environment.name == next.environment.name) {
            return None;
        }
        members.push(next);
    }
}

fn describe(circle: &[&Stack]) -> Diagnostic {
    let mut path: Vec<&str> = circle.iter().map(|stack| stack.environment.name.as_str()).collect();
    path.push(path[0]);
    let mut diagnostic = RULE.found("environments wait for each other in a circle");
    for stack in circle {
        if let Some(after) = &stack.environment.after {
            let label = format!("`{}` takes only what is healthy in `{after}`", stack.environment.name);
            diagnostic = diagnostic.also(after.span, label);
        }
    }
    diagnostic
        .note(format!("the circle: {}", path.join(" → ")))
        .help("one environment must take versions first: remove its `after:`")
}
