//! A service uses the address of something that it does not need.

use std::collections::HashSet;

use towel_model::{Reference, Service, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;
use crate::uses::{self, Use};

pub(crate) const RULE: Rule = Rule::error("env-without-need", include_str!("env-without-need.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let needs: HashSet<&str> = service.needs.iter().map(|need| need.as_str()).collect();
        for used in uses::of_service(service) {
            if let Some(name) = other_part(&used)
                && name != service.name.as_str()
                && !needs.contains(name)
            {
                found.push(describe(service, name, &used));
            }
        }
    }
}

fn other_part<'a>(used: &Use<'a>) -> Option<&'a str> {
    match used.to {
        Reference::Datastore { name, .. } | Reference::Service { name, .. } => Some(name),
        Reference::Version | Reference::Environment(_) | Reference::Secret(_) => None,
    }
}

fn describe(service: &Service, name: &str, used: &Use<'_>) -> Diagnostic {
    let written: Vec<_> = service.needs.iter().map(|need| need.as_str()).chain([name]).collect();
    RULE.found(format!("`{}` uses `{name}` without needing it", service.name))
        .at(used.span, format!("refers to `{name}`"))
        .note("what is not under `needs:` is not started first, and its network traffic is denied")
        .help(format!("write `needs: [{}]`", written.join(", ")))
}
