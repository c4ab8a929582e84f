//! A health probe asks a port that the service does not have.

use towel_model::{Ask, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("probe-without-port", include_str!("probe-without-port.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in stack.services.iter().filter(|service| service.port.is_none()) {
        for (name, probe) in [("live", &service.health.live), ("ready", &service.health.ready)] {
            let Some(probe) = probe else { continue };
            let asked = match &probe.ask {
                Ask::Http(path) => format!("asks `{path}`"),
                Ask::Tcp => "asks the port".to_owned(),
                Ask::Run(_) => continue,
            };
            found.push(
                RULE.found(format!("the `{name}` probe of `{}` has no port to ask", service.name))
                    .at(probe.span, asked)
                    .help("give the service a `port:`, or let the probe `run:` a command"),
            );
        }
    }
}
