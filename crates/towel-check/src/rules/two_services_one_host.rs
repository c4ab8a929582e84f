//! Two services want the same requests.

use std::collections::HashMap;

use towel_model::{Expose, Service, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("two-services-one-host", include_str!("two-services-one-host.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<(String, &str), (&Service, &Expose)> = HashMap::new();
    for service in &stack.services {
        let Some(expose) = &service.expose else { continue };
        // Host names know no case, and `/api/` answers what `/api` does.
        let place = (expose.host.text.to_lowercase(), expose.path.trim_end_matches('/'));
        match taken.get(&place) {
            Some((other, before)) => found.push(describe(service, expose, other, before)),
            None => {
                taken.insert(place, (service, expose));
            }
        }
    }
}

fn describe(service: &Service, expose: &Expose, other: &Service, before: &Expose) -> Diagnostic {
    RULE.found(format!("`{}` and `{}` are exposed at the same host and path", other.name, service.name))
        .at(expose.host.span, format!("`{}{}` again", expose.host.text, expose.path))
        .also(before.host.span, format!("taken by `{}`", other.name))
        .note("only one of them would get the requests, and which one is nobody's decision")
        .help("give one of them another `host:` or a `path:` of its own")
}
