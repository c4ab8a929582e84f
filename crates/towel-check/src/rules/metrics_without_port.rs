//! Metrics are to be read from a service that listens on no port.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("metrics-without-port", include_str!("metrics-without-port.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in stack.services.iter().filter(|service| service.port.is_none()) {
        if let Some(metrics) = &service.metrics {
            found.push(
                RULE.found(format!("`{}` has metrics but no port to read them from", service.name))
                    .at(metrics.span, "nobody can fetch this path")
                    .help("add `port:` with the port on which the service listens, or remove `metrics:`"),
            );
        }
    }
}
