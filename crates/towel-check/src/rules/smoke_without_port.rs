//! A smoke test asks a service that listens on no port.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("smoke-without-port", include_str!("smoke-without-port.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in stack.services.iter().filter(|service| service.port.is_none()) {
        if let Some(smoke) = service.rollout.smoke.first() {
            found.push(
                RULE.found(format!("the smoke test of `{}` has no port to ask", service.name))
                    .at(smoke.get.span, "asked after each deploy, which would fail")
                    .help("add `port:` with the port on which the service listens, or remove `smoke:`"),
            );
        }
    }
}
