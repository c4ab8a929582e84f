//! What becomes of each key in a blueprint.

use towel_model::{Class, Datastore, DatastoreKind, EnvironmentField, Reference, Service, ServiceField, Template};

use super::host::{domains, has_server, kind, runs, says_version};
use super::service::{before, health_path};
use super::variable::{Fact as Taken, Source, Users, source};
use crate::Treatment::{Elsewhere, Kept};
use crate::compose::is_built;
use crate::{Fact, Key, Treatment};

const ROLLOUT: &str = "Render starts the new version beside the old one and moves all traffic once it answers";
const BACKUP: &str = "Render backs up its databases by its own clock, and nothing else";
const ABROAD: &str = "Render runs PostgreSQL and Redis alone; its address is asked for when the blueprint is applied";

/// What becomes of each key here. A blueprint is of the strictest environment, which is one of class production.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if *fact.stack.environment.class != Class::Production {
        return Elsewhere;
    }
    if let Some(service) = fact.service().filter(|_| fact.key.pattern().starts_with("services.")) {
        return of_service(fact, service);
    }
    if let Some(datastore) = fact.datastore().filter(|_| fact.key.pattern().starts_with("datastores.")) {
        return of_datastore(fact.key, datastore);
    }
    of_the_product(fact)
}

fn of_the_product(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Approval => Treatment::approximated("deploys are started by hand; nobody is asked"),
        Key::Domain if says_domain(fact) => Kept,
        Key::Freeze => Treatment::dropped("Render deploys at any time; with `approval`, at least not by itself"),
        Key::Generate => Treatment::dropped("Render makes secrets of 256 bits, whatever their length should be"),
        // Secrets are said where variables use them.
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::Namespace
        | Key::Domain
        | Key::After
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Client
        | Key::BackupStore
        | Key::Secret
        | Key::Rotate
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
        Key::ServiceOwner
        | Key::ServiceDescription
        | Key::Stack
        | Key::Source
        | Key::Image
        | Key::Run
        | Key::Port
        | Key::Live
        | Key::Ready
        | Key::Start
        | Key::Metrics
        | Key::Needs
        | Key::Pool
        | Key::Variables
        | Key::Cpu
        | Key::Memory
        | Key::Replicas
        | Key::ScaleOn
        | Key::Drain
        | Key::Stop
        | Key::Host
        | Key::Path
        | Key::Websocket
        | Key::Sticky
        | Key::RateLimit
        | Key::Strategy
        | Key::Steps
        | Key::Bake
        | Key::Deadline
        | Key::Surge
        | Key::Before
        | Key::Smoke
        | Key::OnInsufficient
        | Key::Availability
        | Key::Latency
        | Key::Traffic
        | Key::Kind
        | Key::Version
        | Key::Servers
        | Key::Storage
        | Key::MaxConnections
        | Key::BackupEvery
        | Key::BackupTakes
        | Key::BackupKeep
        | Key::BackupTo
        | Key::Rpo
        | Key::Rto
        | Key::Drill
        | Key::Managed => Elsewhere,
    }
}

fn of_service(fact: &Fact<'_>, service: &Service) -> Treatment {
    if !runs(service) {
        return not_run(fact.key, service);
    }
    match fact.key {
        Key::ServiceDescription | Key::Port => Kept,
        Key::Source if is_built(service) => Kept,
        Key::Image if !is_built(service) => Kept,
        Key::Source | Key::Image | Key::Stack | Key::Run => Elsewhere,
        Key::Variables => variables(fact, service),
        Key::Ready | Key::Live => health(fact.key, service),
        Key::Start => Treatment::dropped("Render waits 15 minutes for every service"),
        Key::Needs => Treatment::dropped("Render starts services in no order"),
        Key::Cpu | Key::Memory => {
            Treatment::approximated("the smallest plan that holds the limits; there are no requests")
        }
        Key::Replicas => Kept,
        Key::ScaleOn if service.replicas.min < service.replicas.max => Kept,
        Key::ScaleOn => Elsewhere,
        Key::Stop if service.stop.as_secs() <= 300 => Kept,
        Key::Stop => Treatment::approximated("Render waits for five minutes at most"),
        Key::Drain if service.stop.span == service.drain.span => {
            Treatment::approximated("requests get the time to stop")
        }
        Key::Drain => Treatment::dropped("Render only knows how long a service may take to stop"),
        Key::Host if domains(fact.stack).contains_key(service.name.as_str()) => Kept,
        Key::Host if kind(service) == "web" => {
            Treatment::dropped("Render knows no paths, so another service at the same host gets all of its requests")
        }
        Key::Path => Treatment::dropped("Render sends all requests for a host to one service"),
        Key::Sticky => Treatment::dropped("Render sends each request to any instance"),
        Key::RateLimit => Treatment::dropped("Render limits no clients"),
        // Render passes WebSockets without being told.
        Key::Host | Key::Websocket => Elsewhere,
        Key::Before if before(service).is_some() => {
            Treatment::approximated("hooks run one after the other, for as long as Render allows")
        }
        Key::Before => Treatment::dropped("a hook needs a value that Render does not put into commands"),
        Key::Strategy | Key::Steps | Key::Bake | Key::Deadline | Key::Surge | Key::Smoke | Key::OnInsufficient => {
            Treatment::dropped(ROLLOUT)
        }
        Key::ServiceOwner | Key::Metrics | Key::Pool | Key::Availability | Key::Latency | Key::Traffic => Elsewhere,
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::Namespace
        | Key::Domain
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Client
        | Key::Kind
        | Key::Version
        | Key::Servers
        | Key::Storage
        | Key::MaxConnections
        | Key::BackupEvery
        | Key::BackupTakes
        | Key::BackupKeep
        | Key::BackupTo
        | Key::Rpo
        | Key::Rto
        | Key::Drill
        | Key::Managed
        | Key::BackupStore
        | Key::Secret
        | Key::Rotate
        | Key::Generate
        | Key::Freeze
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
    }
}

fn not_run(key: Key, service: &Service) -> Treatment {
    match key {
        Key::Image if service.image.as_ref().is_some_and(|image| says_version(image)) => Treatment::dropped(
            "a blueprint names one image; give `stack` and `source`, and Render builds the service from the repository",
        ),
        Key::Run if service.image.is_none() => {
            Treatment::dropped("Render runs images; give `stack` and `source`, and it builds the service")
        }
        _ => Elsewhere,
    }
}

fn variables(fact: &Fact<'_>, service: &Service) -> Treatment {
    let users = Users::of(fact.stack);
    let sources = || service.env.iter().map(|variable| (variable, source(fact.stack, service, variable, &users)));
    let without_scheme =
        |(_, source): (_, Source)| matches!(source, Source::Service { fact: Taken::Property("hostport"), .. });
    let put_together = |(variable, source): (&towel_model::Variable, Source)| {
        source == Source::Asked && variable.value.as_ref().is_some_and(|template| template.parts.len() > 1)
    };
    if sources().any(without_scheme) {
        Treatment::approximated("the address of a service that is not exposed comes without `http://`")
    } else if sources().any(put_together) {
        Treatment::approximated("Render puts no values together; what is made of several is asked for")
    } else if sources().any(|(_, source)| source == Source::Nothing) {
        Treatment::approximated("the version is in RENDER_GIT_COMMIT, which Render sets by itself")
    } else {
        Kept
    }
}

fn health(key: Key, service: &Service) -> Treatment {
    match (key, &service.health.ready) {
        (Key::Live, Some(_)) => Treatment::dropped("Render asks one path, and readiness is what traffic waits for"),
        _ if health_path(service).is_some() => {
            Treatment::approximated("Render asks that path, how often and for how long is its own choice")
        }
        _ => Treatment::dropped("Render only asks paths, of services that are exposed"),
    }
}

fn of_datastore(key: Key, datastore: &Datastore) -> Treatment {
    let is_postgres = *datastore.kind == DatastoreKind::Postgres;
    match key {
        Key::Managed | Key::Rpo | Key::Rto => Elsewhere,
        Key::BackupEvery | Key::BackupTakes | Key::BackupKeep | Key::BackupTo | Key::Drill => {
            Treatment::dropped(BACKUP)
        }
        _ if !has_server(datastore) => Treatment::dropped(ABROAD),
        Key::Kind => Kept,
        Key::Version if is_postgres => Kept,
        Key::Version => Treatment::dropped("Render chooses the version of Key Value"),
        Key::Storage if is_postgres => Treatment::approximated("disks are sold in steps of five gigabytes"),
        Key::Storage => Treatment::dropped("the plan decides"),
        Key::Servers if is_postgres => Treatment::approximated("one standby, however many servers there should be"),
        Key::Servers => Treatment::dropped("there is one"),
        Key::MaxConnections => Treatment::dropped("the plan decides"),
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::Namespace
        | Key::Domain
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Client
        | Key::ServiceOwner
        | Key::ServiceDescription
        | Key::Stack
        | Key::Source
        | Key::Image
        | Key::Run
        | Key::Port
        | Key::Live
        | Key::Ready
        | Key::Start
        | Key::Metrics
        | Key::Needs
        | Key::Pool
        | Key::Variables
        | Key::Cpu
        | Key::Memory
        | Key::Replicas
        | Key::ScaleOn
        | Key::Drain
        | Key::Stop
        | Key::Host
        | Key::Path
        | Key::Websocket
        | Key::Sticky
        | Key::RateLimit
        | Key::Strategy
        | Key::Steps
        | Key::Bake
        | Key::Deadline
        | Key::Surge
        | Key::Before
        | Key::Smoke
        | Key::OnInsufficient
        | Key::Availability
        | Key::Latency
        | Key::Traffic
        | Key::BackupStore
        | Key::Secret
        | Key::Rotate
        | Key::Generate
        | Key::Freeze
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
    }
}

/// Whether the blueprint says the domain somewhere.
fn says_domain(fact: &Fact<'_>) -> bool {
    let stack = fact.stack;
    let is_domain = |to: &Reference| *to == Reference::Environment(EnvironmentField::Domain);
    let direct = |template: &Template| template.references().any(|(to, _)| is_domain(to));
    let host = |service: &Service| service.expose.as_ref().is_some_and(|expose| direct(&expose.host));
    // An exposed service's address is its host, which may be below the domain.
    let address = |to: &Reference| match to {
        Reference::Service { name, field: ServiceField::Url | ServiceField::Host } => {
            stack.service(name).is_some_and(host)
        }
        other => is_domain(other),
    };
    let domains = domains(stack);
    let hosted = stack.services.iter().filter(|service| runs(service));
    hosted.into_iter().any(|service| {
        let values = service.env.iter().filter_map(|variable| variable.value.as_ref());
        let told = values.flat_map(|value| value.references()).any(|(to, _)| address(to));
        told || host(service) && domains.contains_key(service.name.as_str())
    })
}
