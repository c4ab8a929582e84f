//! Two environments live in the same namespace of the same cluster.

use std::collections::HashMap;

use towel_model::{EngineKind, Environment, Stack};
use towel_source::{Diagnostic, Severity, Span};

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::over_product(
    Severity::Error,
    "one-namespace-two-environments",
    include_str!("one-namespace-two-environments.md"),
    examine,
);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<(Option<&str>, String), &Environment> = HashMap::new();
    for stack in stacks.iter().filter(|stack| *stack.environment.engine == EngineKind::Kubernetes) {
        let environment = &stack.environment;
        let context = environment.context.as_ref().map(|context| context.as_str());
        let place = (context, namespace(stack));
        match taken.get(&place) {
            Some(other) => found.push(describe(environment, other, &place.1)),
            None => {
                taken.insert(place, environment);
            }
        }
    }
}

/// As it is when none is given.
fn namespace(stack: &Stack) -> String {
    let given = stack.environment.namespace.as_ref().map(|namespace| namespace.to_string());
    given.unwrap_or_else(|| format!("{}-{}", stack.name, stack.environment.name))
}

fn place(environment: &Environment) -> Span {
    environment.namespace.as_ref().map_or(environment.name.span, |namespace| namespace.span)
}

fn describe(one: &Environment, other: &Environment, namespace: &str) -> Diagnostic {
    RULE.found(format!("`{}` and `{}` overwrite each other", other.name, one.name))
        .at(place(one), format!("namespace `{namespace}` again"))
        .also(place(other), format!("already that of `{}`", other.name))
        .note("what is deployed to one replaces what runs in the other")
        .help("give one of them another `namespace:`, or another cluster as its `context:`")
}
