//! A service is exposed but listens on no port.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("exposed-without-port", include_str!("exposed-without-port.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        if let Some(expose) = &service.expose
            && service.port.is_none()
        {
            found.push(
                RULE.found(format!("`{}` is exposed but has no port", service.name))
                    .at(expose.host.span, "requests arrive here and can go nowhere")
                    .help("add `port:` with the port on which the service listens, or remove `expose:`"),
            );
        }
    }
}
