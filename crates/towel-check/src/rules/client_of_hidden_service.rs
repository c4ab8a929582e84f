//! A client on users' devices needs a service that nobody outside can reach.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("client-of-hidden-service", include_str!("client-of-hidden-service.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for client in &stack.clients {
        for need in &client.needs {
            let Some(service) = stack.service(need).filter(|service| service.expose.is_none()) else { continue };
            found.push(
                RULE.found(format!("client `{}` cannot reach `{need}`", client.name))
                    .at(need.span, "runs on a device, outside")
                    .also(service.name.span, "reachable from inside only")
                    .help(format!("add `expose: {{ host: \"{need}.${{env.domain}}\" }}` to `{need}`, or need the service in front of it")),
            );
        }
    }
}
