//! A service needs a datastore but is never told where it is.

use std::collections::HashSet;

use towel_model::{Reference, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;
use crate::uses;

pub(crate) const RULE: Rule = Rule::warning("need-without-env", include_str!("need-without-env.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let datastores: HashSet<&str> = stack.datastores.iter().map(|datastore| datastore.name.as_str()).collect();
    for service in &stack.services {
        if service.needs.is_empty() {
            continue;
        }
        let used: HashSet<&str> = uses::of_service(service)
            .into_iter()
            .filter_map(|used| match used.to {
                Reference::Datastore { name, .. } => Some(name.as_str()),
                _ => None,
            })
            .collect();
        for need in &service.needs {
            if datastores.contains(need.as_str()) && !used.contains(need.as_str()) {
                found.push(
                    RULE.found(format!("`{}` needs `{need}` but no variable says where it is", service.name))
                        .at(need.span, "never referred to")
                        .note("towel starts it first and lets the service through to it, but hands over no address")
                        .help(format!(
                            "add a variable such as `{}_URL: ${{{need}.url}}` to `env:`, or remove the need",
                            need.to_uppercase().replace('-', "_")
                        )),
                );
            }
        }
    }
}
