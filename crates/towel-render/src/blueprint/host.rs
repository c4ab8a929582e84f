//! Which services Render hosts, as what, and at which domains.

use std::collections::HashMap;

use towel_model::{Datastore, DatastoreKind, Reference, Service, Stack, Template};

use crate::compose::is_built;

/// Most seconds that Render waits for a service to stop.
pub(super) const LONGEST_STOP: i64 = 300;

/// A name among all of the workspace's.
pub(super) fn name(stack: &Stack, part: &str) -> String {
    format!("{}-{part}", stack.name.as_str())
}

/// Whether Render can run it: built from the repository, or an image that the file names whole.
pub(super) fn runs(service: &Service) -> bool {
    is_built(service) || service.image.as_ref().is_some_and(|image| !says_version(image))
}

/// What Render calls it: reached from outside, from other services, or by nobody.
pub(super) fn kind(service: &Service) -> &'static str {
    match (&service.port, &service.expose) {
        (Some(_), Some(_)) => "web",
        (Some(_), None) => "pserv",
        (None, _) => "worker",
    }
}

/// Whether Render has a server of that kind.
pub(super) fn has_server(datastore: &Datastore) -> bool {
    matches!(*datastore.kind, DatastoreKind::Postgres | DatastoreKind::Redis)
}

pub(super) fn says_version(template: &Template) -> bool {
    template.references().any(|(to, _)| *to == Reference::Version)
}

/// The domain that leads to each service. Render knows no paths, so of several services at one host only the one with the
/// shortest path gets it.
pub(super) fn domains(stack: &Stack) -> HashMap<&str, String> {
    let mut winners: HashMap<String, &Service> = HashMap::new();
    for service in stack.services.iter().filter(|service| runs(service)) {
        let Some(host) = host(stack, service) else { continue };
        let winner = winners.entry(host).or_insert(service);
        if path_length(service) < path_length(winner) {
            *winner = service;
        }
    }
    winners.into_iter().map(|(host, service)| (service.name.as_str(), host)).collect()
}

fn path_length(service: &Service) -> usize {
    service.expose.as_ref().map_or(0, |expose| expose.path.trim_end_matches('/').len())
}

/// The public host, when all of it is known.
pub(super) fn host(stack: &Stack, service: &Service) -> Option<String> {
    service.port.as_ref()?;
    let expose = service.expose.as_ref()?;
    expose.host.fill(|to| known(stack, to).ok_or(())).ok()
}

/// What is known before anything runs.
pub(super) fn known(stack: &Stack, reference: &Reference) -> Option<String> {
    use towel_model::EnvironmentField::{Domain, Name};
    match reference {
        Reference::Environment(Name) => Some(stack.environment.name.to_string()),
        Reference::Environment(Domain) => stack.environment.domain_or_localhost().map(str::to_owned),
        _ => None,
    }
}
