//! A service takes traffic, but nobody asks whether it is ready.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("port-without-readiness", include_str!("port-without-readiness.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        if let Some(port) = &service.port
            && service.health.ready.is_none()
        {
            found.push(
                RULE.found(format!("`{}` takes traffic without a readiness probe", service.name))
                    .at(port.span, "gets requests as soon as it is started")
                    .note("a version that starts and then answers every request with an error counts as healthy")
                    .help("add e.g. `health: { ready: /health }`"),
            );
        }
    }
}
