//! A probe from outside asks a host under which nothing is exposed.

use std::collections::HashSet;

use towel_model::{EnvironmentField, OutsideProbe, Reference, Stack};
use towel_source::Diagnostic;

use crate::phrase::names;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("probe-of-nothing", include_str!("probe-of-nothing.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let exposed: HashSet<&str> =
        stack.services.iter().filter_map(|service| Some(service.expose.as_ref()?.host.text.as_str())).collect();
    for probe in stack.probes.iter().filter(|probe| asks_own_domain(probe)) {
        let host = host(&probe.url.text);
        if !exposed.contains(host) {
            let mut hosts: Vec<&str> = exposed.iter().copied().collect();
            hosts.sort_unstable();
            found.push(
                RULE.found(format!("nothing is exposed at `{host}`"))
                    .at(probe.url.span, "asked, but nobody would answer")
                    .note(format!("exposed: {}", names(hosts)))
                    .help("probe a host of an `expose:` entry, or expose a service there"),
            );
        }
    }
}

/// Hosts of others may be probed as well; nothing is known about them.
fn asks_own_domain(probe: &OutsideProbe) -> bool {
    let own = Reference::Environment(EnvironmentField::Domain);
    host(&probe.url.text).contains("${") && probe.url.references().any(|(to, _)| *to == own)
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}
