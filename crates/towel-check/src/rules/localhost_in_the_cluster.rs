//! A service in a cluster looks for another one on its own machine.

use towel_model::{EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("localhost-in-the-cluster", include_str!("localhost-in-the-cluster.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    for service in &stack.services {
        for variable in &service.env {
            let Some(value) = &variable.value else { continue };
            if names_this_machine(&value.text) {
                found.push(
                    RULE.found(format!("`{}` of `{}` points into its own pod", variable.name, service.name))
                        .at(value.span, "in a cluster, nothing else listens here")
                        .note("a pod is a machine of its own: `localhost` in it is the service itself")
                        .help("refer to what is meant, e.g. `${DATASTORE.url}` or `${SERVICE.url}`"),
                );
            }
        }
    }
}

fn names_this_machine(text: &str) -> bool {
    ["://localhost", "://127.0.0.1", "@localhost", "@127.0.0.1"].iter().any(|host| text.contains(host))
        || ["localhost", "127.0.0.1"].contains(&text)
}
