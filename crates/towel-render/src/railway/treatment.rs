//! What becomes of each key in Railway's configuration.

use towel_model::{Class, Service};

use super::config::{before, health_path};
use crate::Treatment::{Elsewhere, Kept};
use crate::compose::is_built;
use crate::{Fact, Key, Treatment};

const ROLLOUT: &str = "Railway starts the new version beside the old one and moves all traffic once it answers";
const DASHBOARD: &str = "Railway's files know no variables, domains or datastores; they are set in its dashboard";

/// What becomes of each key here. There is one file a service, of the strictest environment, which is one of class production.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if *fact.stack.environment.class != Class::Production {
        return Elsewhere;
    }
    match fact.service().filter(|_| fact.key.pattern().starts_with("services.")) {
        Some(service) if is_built(service) => of_service(fact.key, service),
        Some(service) => not_built(fact.key, service),
        None => of_the_rest(fact.key),
    }
}

fn of_service(key: Key, service: &Service) -> Treatment {
    match key {
        Key::Source | Key::Stop => Kept,
        Key::Ready | Key::Live => match (key, &service.health.ready) {
            (Key::Live, Some(_)) => Treatment::dropped("Railway asks one path, once, before a version gets traffic"),
            _ if health_path(service).is_some() => {
                Treatment::approximated("Railway asks that path until it answers, and never again")
            }
            _ => Treatment::dropped("Railway only asks paths"),
        },
        Key::Start if health_path(service).is_some() => Kept,
        Key::Start => Treatment::dropped("Railway only waits for paths"),
        Key::Drain if service.stop.span == service.drain.span => {
            Treatment::approximated("requests get the time to stop")
        }
        Key::Drain => Treatment::dropped("Railway only knows how long a service may take to stop"),
        Key::Replicas if service.replicas.min == service.replicas.max => Kept,
        Key::Replicas => Treatment::approximated("Railway adds no instances by itself: the lower end runs"),
        Key::ScaleOn => Treatment::dropped("Railway adds no instances by itself"),
        Key::Cpu | Key::Memory => Treatment::dropped("Railway gives what is used, within its plan"),
        Key::Before if before(service).is_some() => {
            Treatment::approximated("hooks run one after the other, for as long as Railway allows")
        }
        Key::Before => Treatment::dropped("a hook needs a value that Railway does not put into commands"),
        Key::Variables | Key::Needs | Key::Port | Key::Host | Key::Path => Treatment::dropped(DASHBOARD),
        Key::Sticky => Treatment::dropped("Railway sends each request to any instance"),
        Key::RateLimit => Treatment::dropped("Railway limits no clients"),
        // Without a port nobody notices when two versions overlap.
        Key::Strategy if service.port.is_some() => {
            Treatment::approximated("traffic moves at once; two versions overlap unless it is `recreate`")
        }
        Key::Strategy | Key::Steps | Key::Bake | Key::Deadline | Key::Surge | Key::Smoke | Key::OnInsufficient => {
            Treatment::dropped(ROLLOUT)
        }
        // Railway passes WebSockets without being told; what is built is for the Dockerfile to say.
        Key::Websocket
        | Key::Stack
        | Key::Image
        | Key::Run
        | Key::ServiceOwner
        | Key::ServiceDescription
        | Key::Metrics
        | Key::Pool
        | Key::Availability
        | Key::Latency
        | Key::Traffic => Elsewhere,
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

fn not_built(key: Key, service: &Service) -> Treatment {
    match key {
        Key::Image => Treatment::dropped("Railway's files build from source; an image is set in its dashboard"),
        Key::Run if service.image.is_none() => {
            Treatment::dropped("Railway runs images; give `stack` and `source`, and it builds the service")
        }
        _ => of_the_rest(key),
    }
}

fn of_the_rest(key: Key) -> Treatment {
    match key {
        Key::Kind => Treatment::dropped(DASHBOARD),
        Key::Freeze => Treatment::dropped("Railway deploys at any time"),
        Key::Approval => Treatment::dropped("Railway asks nobody before a deploy"),
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
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
    }
}
