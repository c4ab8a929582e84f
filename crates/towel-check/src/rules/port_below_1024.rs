//! A service in a cluster listens on a port that only root may open.

use towel_model::{EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("port-below-1024", include_str!("port-below-1024.md"), examine);

/// The first port that everybody may open.
const FREE: u16 = 1024;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    for service in &stack.services {
        if let Some(port) = service.port.as_ref().filter(|port| port.value < FREE) {
            found.push(
                RULE.found(format!("`{}` may not be allowed to listen", service.name))
                    .at(port.span, format!("{port} < {FREE}"))
                    .note("containers run as a user that is not root")
                    .help("listen on a port from 1024 up, e.g. `8080`; users see that of `expose:` only"),
            );
        }
    }
}
