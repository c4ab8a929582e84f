//! What becomes of each key in Compose files.

use towel_model::{DatastoreKind, EngineKind, EnvironmentField, Reference, Service};

use super::artefact::{is_built_here, runs};
use super::environment::templates;
use super::proxy::{self, is_exposed};
use super::setting::Setting;
use super::{health, nginx};
use crate::Treatment::{Elsewhere, Kept};
use crate::{Fact, Key, Treatment};

const ROLLOUT: &str =
    "Compose stops a service's containers and starts others; `towel deploy` ships versions step by step";
const BACKUP: &str = "Compose runs nothing by the clock; backups are made by `towel backup`";

/// What becomes of each key here. Environments of a cluster are another target's.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if *fact.stack.environment.engine != EngineKind::Local {
        return Elsewhere;
    }
    match fact.service() {
        Some(service) if is_of_service(fact.key) => of_service(fact, service),
        _ => of_the_rest(fact),
    }
}

fn is_of_service(key: Key) -> bool {
    key.pattern().starts_with("services.")
}

fn of_service(fact: &Fact<'_>, service: &Service) -> Treatment {
    if !runs(service) {
        return not_run(fact.key);
    }
    let built = is_built_here(fact.stack, service);
    let no_door = || if is_exposed(service) { Kept } else { Elsewhere };
    match fact.key {
        Key::ServiceDescription | Key::Port | Key::Variables | Key::Cpu | Key::Memory => Kept,
        Key::Source => {
            if built {
                Kept
            } else {
                Elsewhere
            }
        }
        Key::Image => {
            if built {
                Elsewhere
            } else {
                Kept
            }
        }
        // The Dockerfile says what is built, `run` is for machines without containers.
        Key::Stack | Key::Run => Elsewhere,
        Key::Live if service.health.ready.is_some() => {
            Treatment::dropped("a container has one health check, and it asks for readiness, which others wait for")
        }
        Key::Live | Key::Ready | Key::Start if health::is_checked(service) => Kept,
        Key::Live | Key::Ready | Key::Start => no_tool(),
        Key::Needs => needs(fact, service),
        Key::Replicas if service.replicas.min == service.replicas.max => Kept,
        Key::Replicas => Treatment::approximated("Compose adds no containers by itself: it runs the lower end"),
        Key::ScaleOn => Treatment::dropped("Compose adds no containers by itself"),
        Key::Stop => Kept,
        // Without `stop`, the time to stop follows from it.
        Key::Drain if service.stop.span == service.drain.span => {
            Treatment::approximated("all requests get the time to stop; nothing holds new ones back meanwhile")
        }
        Key::Drain => Treatment::dropped("a container is told to stop at once; `stop` says how long it may take"),
        Key::Host | Key::Path | Key::Websocket | Key::Sticky => no_door(),
        Key::RateLimit => match service.expose.as_ref().and_then(|expose| expose.rate_limit.as_ref()) {
            Some(rate) if !nginx::rate_of(rate.value).1 && is_exposed(service) => {
                Treatment::approximated("nginx counts whole requests in a second or a minute")
            }
            _ => no_door(),
        },
        Key::Before => Treatment::approximated("hooks run before each start of the service, for as long as they take"),
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

fn not_run(key: Key) -> Treatment {
    match key {
        Key::Run => Treatment::dropped(
            "Compose runs containers, and the service has neither an `image` nor `stack` and `source` to build one",
        ),
        _ => Elsewhere,
    }
}

fn no_tool() -> Treatment {
    Treatment::dropped("nobody knows which tools the image has that could ask; `{ run: COMMAND }` names one")
}

fn needs(fact: &Fact<'_>, service: &Service) -> Treatment {
    let left_out = |need: &str| fact.stack.service(need).is_some_and(|other| !runs(other));
    if service.needs.iter().any(|need| left_out(need)) {
        Treatment::approximated("a service that only has `run` is no container, so nobody waits for it")
    } else {
        Kept
    }
}

fn of_the_rest(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Domain => {
            if uses_domain(fact) {
                Kept
            } else {
                Elsewhere
            }
        }
        Key::Listen | Key::Tls => {
            if proxy::has_front_door(fact.stack) {
                Kept
            } else {
                Elsewhere
            }
        }
        Key::Kind | Key::Version => Kept,
        Key::Servers => match fact.datastore() {
            Some(datastore) if *datastore.kind == DatastoreKind::Mongodb => Kept,
            _ => {
                Treatment::dropped("one server runs; of this kind, several are no copies of one another by themselves")
            }
        },
        Key::Storage => Treatment::dropped("a volume of Docker grows as far as the disk"),
        Key::MaxConnections => match fact.datastore().map(|datastore| *datastore.kind) {
            Some(DatastoreKind::Rabbitmq | DatastoreKind::S3) => {
                Treatment::dropped("the server has no setting for it that its image takes")
            }
            _ => Kept,
        },
        Key::BackupEvery | Key::BackupTakes | Key::BackupKeep | Key::BackupTo | Key::Drill => {
            Treatment::dropped(BACKUP)
        }
        // What a secret is, `.env.example` says.
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::Namespace
        | Key::After
        | Key::Approval
        | Key::Ingress
        | Key::Client
        | Key::Rpo
        | Key::Rto
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
        | Key::Traffic => Elsewhere,
    }
}

/// Whether some container or the front door is told the domain.
fn uses_domain(fact: &Fact<'_>) -> bool {
    let setting = Setting { stack: fact.stack, main: true };
    let says_domain = |template: &towel_model::Template| {
        template.references().any(|(to, _)| *to == Reference::Environment(EnvironmentField::Domain))
    };
    let host = |service: &Service| {
        let expose = service.expose.as_ref().filter(|_| is_exposed(service));
        expose.is_some_and(|expose| says_domain(&expose.host))
    };
    setting.services().any(|service| host(service) || templates(fact.stack, service).any(says_domain))
}
