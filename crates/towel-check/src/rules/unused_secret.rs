//! A secret is declared that nothing uses in any environment.

use std::collections::HashSet;

use towel_model::{Reference, Stack};
use towel_source::{Diagnostic, Severity};

use crate::rule::Rule;
use crate::uses;

pub(crate) const RULE: Rule =
    Rule::over_product(Severity::Warning, "unused-secret", include_str!("unused-secret.md"), examine);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let mut used: HashSet<&str> = HashSet::new();
    for stack in stacks {
        used.extend(uses::of_stack(stack).into_iter().filter_map(|used| match used.to {
            Reference::Secret(name) => Some(name.as_str()),
            _ => None,
        }));
    }
    let mut seen = HashSet::new();
    for secret in stacks.iter().flat_map(|stack| &stack.secrets) {
        if !used.contains(secret.name.as_str()) && seen.insert(secret.name.as_str()) {
            found.push(
                RULE.found(format!("secret `{}` is declared but nothing uses it", secret.name))
                    .at(secret.name.span, "")
                    .note("a secret that nobody reads still has to be stored, rotated and kept from leaking")
                    .help(format!("use it as `${{secret.{}}}`, or remove it", secret.name)),
            );
        }
    }
}
