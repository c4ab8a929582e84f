//! Two values have the same name once they are variables.

use std::collections::HashMap;

use towel_model::Stack;
use towel_source::{Diagnostic, Span};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("two-secrets-one-variable", include_str!("two-secrets-one-variable.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<String, (String, Span)> = HashMap::new();
    for datastore in &stack.datastores {
        let what = format!("the password of `{}`", datastore.name);
        taken.insert(variable(&datastore.name) + "_PASSWORD", (what, datastore.name.span));
    }
    for service in &stack.services {
        let what = format!("the version of `{}`", service.name);
        taken.insert(variable(&service.name) + "_VERSION", (what, service.name.span));
    }
    for secret in &stack.secrets {
        let name = variable(&secret.name);
        match taken.get(&name) {
            Some((what, before)) => found.push(
                RULE.found(format!("secret `{}` and {what} are the same variable", secret.name))
                    .at(secret.name.span, format!("`{name}`"))
                    .also(*before, format!("also `{name}`"))
                    .help("give one of them another name"),
            ),
            None => {
                taken.insert(name, (format!("secret `{}`", secret.name), secret.name.span));
            }
        }
    }
}

fn variable(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' }).collect()
}
