//! Entry of the target `catalog`: its files, and what becomes of each key.

use towel_model::{Ask, Probe, Reference};
use towel_source::Spanned;

use super::{backstage, score};
use crate::file::Files;
use crate::{Fact, Key, Product, Treatment, names};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    files.documents("catalog-info.yaml", "", &backstage::entities(product));
    let stack = product.strictest();
    for service in &stack.services {
        let name = service.name.as_str();
        files.yaml(format!("deploy/score/{name}.yaml"), &format!("services.{name}"), &score::workload(stack, service));
    }
}

/// What becomes of each key here. Both know no environments: they are told of the strictest.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Team
        | Key::Client
        | Key::ServiceOwner
        | Key::ServiceDescription
        | Key::Stack
        | Key::Port
        | Key::Needs
        | Key::Variables
        | Key::Cpu
        | Key::Memory
        | Key::Host
        | Key::Path
        | Key::Kind
        | Key::Version => Treatment::Kept,
        Key::Source if names::repository_url(fact.stack).is_some() => Treatment::Kept,
        Key::Image => image(fact),
        Key::Live => probe(fact.service().and_then(|service| service.health.live.as_ref())),
        Key::Ready => probe(fact.service().and_then(|service| service.health.ready.as_ref())),
        Key::Start => Treatment::dropped("Score does not say how long a start may take"),
        Key::Replicas | Key::ScaleOn => Treatment::dropped("Score leaves the number of instances to the platform"),
        Key::Domain if is_published(fact) => Treatment::Kept,
        Key::Source
        | Key::Domain
        | Key::Timezone
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::Namespace
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Run
        | Key::Metrics
        | Key::Pool
        | Key::Drain
        | Key::Stop
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
        | Key::Notify => Treatment::Elsewhere,
    }
}

fn image(fact: &Fact<'_>) -> Treatment {
    let image = fact.service().and_then(|service| service.image.as_ref());
    match image {
        Some(image) if image.references().next().is_some() => {
            Treatment::approximated("Score has no place for a version; a comment says which image to bring")
        }
        _ => Treatment::Kept,
    }
}

fn probe(probe: Option<&Spanned<Probe>>) -> Treatment {
    match probe.map(|probe| &probe.ask) {
        Some(Ask::Tcp) => Treatment::dropped("Score knows no probe that only connects"),
        _ => Treatment::approximated("Score does not say how often is asked, nor when it counts as failed"),
    }
}

/// A cluster's domain stands in the addresses of what is exposed there.
fn is_published(fact: &Fact<'_>) -> bool {
    fact.stack.environment.ingress.is_some()
        && fact
            .stack
            .services
            .iter()
            .filter_map(|service| service.expose.as_ref())
            .any(|expose| expose.host.references().any(|(reference, _)| matches!(reference, Reference::Environment(_))))
}
