//! Liveness asks the same as readiness, so a missing dependency restarts every instance.

use towel_model::{Ask, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("liveness-equals-readiness", include_str!("liveness-equals-readiness.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let (Some(live), Some(ready)) = (&service.health.live, &service.health.ready) else { continue };
        // Asking the port twice is what happens when nothing better was written.
        if live.ask == ready.ask && live.ask != Ask::Tcp {
            found.push(
                RULE.found(format!("liveness and readiness of `{}` ask the same", service.name))
                    .at(live.span, "failing restarts it")
                    .also(ready.span, "failing spares it from traffic")
                    .note("when the answer depends on a datastore, its outage restarts every instance at once")
                    .help("let `live` ask a path that looks at nothing but the process itself, or leave `live` out"),
            );
        }
    }
}
