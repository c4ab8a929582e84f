//! A `${secret.NAME}` names a secret that is not declared.

use std::collections::{BTreeMap, HashSet};

use towel_model::{Reference, Stack};
use towel_source::{Diagnostic, Span};

use crate::phrase::choice;
use crate::rule::Rule;
use crate::uses;

pub(crate) const RULE: Rule = Rule::error("undeclared-secret", include_str!("undeclared-secret.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let declared: HashSet<&str> = stack.secrets.iter().map(|secret| secret.name.as_str()).collect();
    let mut places: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for used in uses::of_stack(stack) {
        if let Reference::Secret(name) = used.to
            && !declared.contains(name.as_str())
        {
            places.entry(name).or_default().push(used.span);
        }
    }
    for (name, spans) in places {
        let mut diagnostic = RULE.found(format!("secret `{name}` is used but not declared"));
        for span in spans {
            diagnostic = diagnostic.also(span, "");
        }
        found.push(
            diagnostic
                .help(choice(name, "secret", stack.secrets.iter().map(|secret| secret.name.as_str())))
                .help(format!("or declare it: `secrets: {{ {name}: {{ generate: 32 }} }}`")),
        );
    }
}
