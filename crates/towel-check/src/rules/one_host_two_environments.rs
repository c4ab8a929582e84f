//! Two environments answer to the same host.

use std::collections::HashMap;

use towel_model::{EngineKind, Expose, Stack};
use towel_source::{Diagnostic, Severity};

use crate::hosts::resolved;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::over_product(
    Severity::Error,
    "one-host-two-environments",
    include_str!("one-host-two-environments.md"),
    examine,
);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<(String, &str), (&Stack, &Expose)> = HashMap::new();
    // Machines of developers answer to `localhost`, each to its own.
    for stack in stacks.iter().filter(|stack| *stack.environment.engine == EngineKind::Kubernetes) {
        for expose in stack.services.iter().filter_map(|service| service.expose.as_ref()) {
            let Some(host) = resolved(&expose.host, &stack.environment) else { continue };
            let place = (host, expose.path.trim_end_matches('/'));
            match taken.get(&place) {
                // Within one environment, that is another fault.
                Some((other, _)) if other.environment.name == stack.environment.name => {}
                Some((other, before)) => found.push(describe(&place.0, (stack, expose), (other, before))),
                None => {
                    taken.insert(place, (stack, expose));
                }
            }
        }
    }
}

fn describe(host: &str, one: (&Stack, &Expose), other: (&Stack, &Expose)) -> Diagnostic {
    let (here, there) = (&one.0.environment.name, &other.0.environment.name);
    let fault = RULE
        .found(format!("`{there}` and `{here}` both answer to `{host}`"))
        .at(one.1.host.span, format!("`{host}` in `{here}`"));
    let fault = if other.1.host.span == one.1.host.span {
        fault
    } else {
        fault.also(other.1.host.span, format!("and in `{there}`"))
    };
    fault.help("write the host with `${env.domain}`, and give each environment a `domain:` of its own")
}
