//! Entry of the target `docker`: its files, and what becomes of each key.

use towel_model::{Ask, DatastoreKind, Service};

use super::build::{Build, builds, folder, source};
use super::command::literal;
use super::{Kind, check, go, ignore, next, nginx, node, php, public, python, rust, site};
use crate::Treatment::{Elsewhere, Kept};
use crate::file::Files;
use crate::{Fact, Key, Product, Treatment};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    for build in builds(product) {
        if let Some(text) = dockerfile(&build) {
            files.text(build.dockerfile(), text);
            files.text(build.ignore(), ignore::text(&build));
        }
        if let Some(text) = configuration(&build) {
            files.text(super::within(&build.folder, &build.nginx()), text);
        }
    }
}

fn dockerfile(build: &Build<'_>) -> Option<String> {
    Some(match build.kind {
        Kind::Nestjs | Kind::Node => node::dockerfile(build),
        Kind::Nextjs => next::dockerfile(build),
        Kind::Static => site::dockerfile(build),
        Kind::Php => php::dockerfile(build),
        Kind::Python => python::dockerfile(build),
        Kind::Go => go::dockerfile(build),
        Kind::Rust => rust::dockerfile(build),
        Kind::Flutter => return None,
    })
}

/// nginx', where it is part of the image.
fn configuration(build: &Build<'_>) -> Option<String> {
    build.has_nginx().then(|| if build.kind == Kind::Static { nginx::pages(build) } else { nginx::php(build) })
}

/// What becomes of each key here. Facts of an environment that is not the strictest only matter where it says
/// something else, which an image that is the same everywhere cannot.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Owner => when(built(fact).any(|service| service.owner.is_none())),
        Key::Repository => when(built(fact).next().is_some()),
        Key::Kind => when(built(fact).any(|service| {
            let needed = service.needs.iter().any(|need| *need.value == *fact.subject);
            needed && fact.datastore().is_some_and(|datastore| needs_code(service, *datastore.kind))
        })),
        Key::Source => match fact.service().and_then(|service| service.source.as_ref()) {
            Some(source) if folder(source).is_none() => {
                Treatment::dropped("it lies outside of the folder of towel.yaml, and so would its Dockerfile")
            }
            _ => of_service(fact, |_, _| Kept),
        },
        Key::ServiceOwner | Key::ServiceDescription | Key::Stack | Key::Port => of_service(fact, |_, _| Kept),
        Key::Run => of_service(fact, run),
        Key::Live => of_service(fact, live),
        Key::Ready => of_service(fact, |_, service| asked(service, service.health.ready.as_ref().map(|it| &it.ask))),
        Key::Start => of_service(fact, |_, service| {
            let probe = check::probe(service);
            if probe.is_some() { asked(service, probe.map(|it| &it.ask)) } else { Elsewhere }
        }),
        Key::Drain => of_service(fact, |kind, service| when(has_nginx(kind, service))),
        Key::Pool => of_service(fact, |kind, service| when(kind == Kind::Php && service.port.is_some())),
        Key::Needs => of_service(fact, |_, service| {
            let kinds = service.needs.iter().filter_map(|need| fact.stack.datastore(need));
            when(kinds.into_iter().any(|datastore| needs_code(service, *datastore.kind)))
        }),
        Key::Variables => {
            of_service(fact, |kind, service| when(service.env.iter().any(|variable| public::is_public(kind, variable))))
        }
        Key::Description
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
        | Key::Image
        | Key::Metrics
        | Key::Cpu
        | Key::Memory
        | Key::Replicas
        | Key::ScaleOn
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

const fn when(kept: bool) -> Treatment {
    if kept { Kept } else { Elsewhere }
}

fn built<'a>(fact: &Fact<'a>) -> impl Iterator<Item = &'a Service> {
    fact.stack.services.iter().filter(|service| source(service).is_some())
}

/// Facts of a service that is not built are none of this target's business.
fn of_service(fact: &Fact<'_>, treat: impl Fn(Kind, &Service) -> Treatment) -> Treatment {
    let Some(service) = fact.service() else { return Elsewhere };
    source(service).map_or(Elsewhere, |(kind, _)| treat(kind, service))
}

fn run(kind: Kind, service: &Service) -> Treatment {
    let starts_itself = kind == Kind::Nextjs || has_nginx(kind, service);
    match kind {
        _ if starts_itself => Elsewhere,
        Kind::Go | Kind::Rust => Kept,
        _ if literal(service).is_some() => Kept,
        _ => Treatment::dropped("it differs between versions or environments; the image starts what its stack starts"),
    }
}

fn live(kind: Kind, service: &Service) -> Treatment {
    let live = service.health.live.as_ref().map(|probe| &probe.ask);
    match (live, &service.health.ready) {
        (Some(Ask::Http(path)), _) if kind == Kind::Static && path != "/" => Kept,
        (_, Some(_)) => Treatment::dropped("a Dockerfile has one HEALTHCHECK, and Compose waits for readiness"),
        (live, None) => asked(service, live),
    }
}

fn asked(service: &Service, ask: Option<&Ask>) -> Treatment {
    match ask {
        Some(Ask::Run(command)) if super::command::literal_words(command).is_none() => {
            Treatment::dropped("its command differs between versions or environments, and HEALTHCHECK has no variables")
        }
        Some(Ask::Http(_) | Ask::Tcp)
            if service.port.is_none() && source(service).is_some_and(|it| it.0 != Kind::Static) =>
        {
            Elsewhere
        }
        _ => Kept,
    }
}

fn has_nginx(kind: Kind, service: &Service) -> bool {
    kind == Kind::Static || kind == Kind::Php && service.port.is_some()
}

/// Whether an image needs an extension or a library to talk to it.
fn needs_code(service: &Service, datastore: DatastoreKind) -> bool {
    let sql = matches!(datastore, DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb);
    match source(service) {
        Some((Kind::Php, _)) => datastore != DatastoreKind::S3,
        Some((Kind::Python, _)) => sql,
        _ => false,
    }
}
