//! What becomes of keys in workflows, one function for each kind of fact.

use towel_model::{Class, Reference, Service, ServiceField};

use super::component::pushed;
use super::deploy::{LONGEST, announced, is_cluster, knows_aws, minutes};
use crate::Treatment::{Elsewhere, Kept};
use crate::docker::{Kind, folder, source};
use crate::{Fact, Key, Treatment};

const OUTSIDE: &str = "it lies outside of the folder of towel.yaml, so no pipeline can tell when it changes";

pub(super) fn client(fact: &Fact<'_>) -> Treatment {
    let Some(client) = fact.stack.clients.iter().find(|client| *client.name == fact.subject) else { return Elsewhere };
    match folder(&client.source) {
        Some(_) => Kept,
        None => Treatment::dropped(OUTSIDE),
    }
}

pub(super) fn service(fact: &Fact<'_>) -> Treatment {
    let Some(service) = fact.service() else { return Elsewhere };
    match &service.source {
        Some(source) if folder(source).is_none() => Treatment::dropped(OUTSIDE),
        _ => when(source(service).is_some()),
    }
}

pub(super) fn image(fact: &Fact<'_>) -> Treatment {
    let Some(service) = fact.service().filter(|service| source(service).is_some()) else { return Elsewhere };
    match pushed(service) {
        Some(_) => Kept,
        None => Treatment::dropped("only an image that is named alike everywhere, and ends in a version, is pushed"),
    }
}

/// Variables, and what they refer to, are what integration tests find.
pub(super) fn tested(fact: &Fact<'_>) -> Treatment {
    let Some(service) = fact.service() else { return Elsewhere };
    if fact.key == Key::Variables {
        return when(is_tested(service) && service.env.iter().any(|variable| variable.value.is_some()));
    }
    let refers = |user: &Service| {
        let values = user.env.iter().filter_map(|variable| variable.value.as_ref());
        values.flat_map(|value| value.references()).any(|(reference, _)| match reference {
            Reference::Service { name, field } => *name == *service.name && *field != ServiceField::Host,
            _ => false,
        })
    };
    when(fact.stack.services.iter().any(|user| is_tested(user) && refers(user)))
}

/// Needed datastores run beside tests, and needed services are shipped first.
pub(super) fn needs(fact: &Fact<'_>) -> Treatment {
    let Some(service) = fact.service() else { return Elsewhere };
    let datastores = service.needs.iter().any(|need| fact.stack.datastore(need).is_some());
    let services = service.needs.iter().any(|need| fact.stack.service(need).is_some());
    when(is_tested(service) && datastores || is_shipped(fact) && services)
}

pub(super) fn datastore(fact: &Fact<'_>) -> Treatment {
    let needed = |service: &&Service| service.needs.iter().any(|need| *need.value == *fact.subject);
    when(fact.stack.services.iter().filter(needed).any(is_tested))
}

pub(super) fn shipped(fact: &Fact<'_>) -> Treatment {
    if !is_shipped(fact) {
        return Elsewhere;
    }
    if fact.key == Key::Deadline && minutes(fact.stack) > LONGEST {
        return Treatment::dropped(
            "a job of GitHub's ends after six hours, and the deadlines of all services take longer",
        );
    }
    Kept
}

pub(super) fn approval(fact: &Fact<'_>) -> Treatment {
    if is_shipped(fact) {
        Treatment::approximated("who says yes is set on GitHub, as the environment's required reviewers")
    } else {
        Elsewhere
    }
}

pub(super) fn cluster(fact: &Fact<'_>) -> Treatment {
    let reached = is_shipped(fact) && is_cluster(fact.stack);
    when(reached && (fact.key == Key::Domain || knows_aws(fact.stack)))
}

/// Where AWS runs anything, the cluster is reached with its identities.
pub(super) fn managed(fact: &Fact<'_>) -> Treatment {
    when(is_shipped(fact) && is_cluster(fact.stack) && knows_aws(fact.stack))
}

/// towel itself tells of deploys; the workflow hands it the secrets in the addresses.
pub(super) fn notify(fact: &Fact<'_>) -> Treatment {
    when(is_shipped(fact) && fact.subject == "deploys" && !announced(fact.stack).is_empty())
}

fn is_shipped(fact: &Fact<'_>) -> bool {
    *fact.stack.environment.class != Class::Dev
}

fn is_tested(service: &Service) -> bool {
    source(service).is_some_and(|(kind, _)| kind != Kind::Flutter)
}

const fn when(kept: bool) -> Treatment {
    if kept { Kept } else { Elsewhere }
}
