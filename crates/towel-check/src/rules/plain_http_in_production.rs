//! Production answers without TLS.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::phrase::names;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("plain-http-in-production", include_str!("plain-http-in-production.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let environment = &stack.environment;
    let plain = environment.ingress.as_ref().is_some_and(|ingress| ingress.issuer.is_none());
    let mut exposed = stack.services.iter().filter(|service| service.expose.is_some()).peekable();
    if *environment.class == Class::Production && plain && exposed.peek().is_some() {
        found.push(
            RULE.found(format!("`{}` answers without TLS", environment.name))
                .at(environment.name.span, "`issuer: none`: nobody issues certificates")
                .note(format!("in plain text: {}", names(exposed.map(|service| service.name.as_str()))))
                .help("name a ClusterIssuer: `ingress: { issuer: letsencrypt }`"),
        );
    }
}
