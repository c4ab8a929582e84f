//! Entry of the target `grafana`: its files, and what becomes of each key.

use towel_check::CheckedStack;
use towel_model::{DatastoreKind, EnvironmentField, Reference, Service, Template};

use super::scraped::{self, in_cluster};
use super::{api, business, datastores, infrastructure, json, overview, provisioning, service};
use crate::file::Files;
use crate::signal::Signal;
use crate::{Fact, Key, Product, Treatment, prometheus};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    for stack in product.stacks() {
        let folder = format!("{}/grafana", prometheus::folder(product, stack));
        files.yaml(format!("{folder}/provisioning/datasources/datasources.yaml"), "", &provisioning::datasources());
        files.yaml(format!("{folder}/provisioning/dashboards/dashboards.yaml"), "", &provisioning::providers(stack));
        for dashboard in dashboards(stack) {
            files.text(format!("{folder}/dashboards/{}.json", dashboard.file), json::text(&dashboard.json(stack)));
        }
    }
}

pub(super) fn dashboards(stack: &CheckedStack) -> Vec<super::dashboard::Dashboard> {
    let mut all = vec![overview::overview(stack)];
    all.extend(api::performance(stack));
    all.extend(datastores::databases(stack));
    all.push(infrastructure::infrastructure(stack));
    all.extend(business::business(stack));
    all.extend(stack.services.iter().map(|of| service::service(stack, of)));
    all
}

/// What becomes of each key here.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Description
        | Key::Repository
        | Key::Timezone
        | Key::ServiceDescription
        | Key::Metrics
        | Key::Needs
        | Key::Cpu
        | Key::Memory
        | Key::Replicas
        | Key::ScaleOn
        | Key::Alert
        | Key::During
        | Key::Probe => Treatment::Kept,
        Key::Domain if fact.stack.probes.iter().any(|probe| says_domain(&probe.url)) => Treatment::Kept,
        Key::Namespace if in_cluster(fact.stack) => Treatment::Kept,
        Key::Managed if in_cluster(fact.stack) && is_bucket(fact) => {
            Treatment::approximated("a provider's bucket tells nothing about itself, so it has no panels")
        }
        Key::Availability | Key::Latency | Key::Traffic => promise(fact.service()),
        Key::Pool | Key::Kind | Key::MaxConnections | Key::Rpo => of_datastores(fact),
        Key::Namespace
        | Key::Domain
        | Key::Owner
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
        | Key::After
        | Key::Approval
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::Client
        | Key::ServiceOwner
        | Key::Stack
        | Key::Source
        | Key::Image
        | Key::Run
        | Key::Port
        | Key::Live
        | Key::Ready
        | Key::Start
        | Key::Variables
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
        | Key::Version
        | Key::Servers
        | Key::Storage
        | Key::BackupEvery
        | Key::BackupTakes
        | Key::BackupKeep
        | Key::BackupTo
        | Key::Rto
        | Key::Drill
        | Key::Managed
        | Key::BackupStore
        | Key::Secret
        | Key::Rotate
        | Key::Generate
        | Key::Freeze
        | Key::Notify => Treatment::Elsewhere,
    }
}

fn says_domain(text: &Template) -> bool {
    text.references().any(|(to, _)| *to == Reference::Environment(EnvironmentField::Domain))
}

fn is_bucket(fact: &Fact<'_>) -> bool {
    fact.datastore().is_some_and(|datastore| *datastore.kind == DatastoreKind::S3)
}

fn promise(service: Option<&Service>) -> Treatment {
    match service {
        Some(service) if Signal::measured(service).is_none() => {
            Treatment::dropped("nobody counts the service's requests: it has no `metrics` and is not exposed")
        }
        _ => Treatment::Kept,
    }
}

fn of_datastores(fact: &Fact<'_>) -> Treatment {
    let told = |name: &str| scraped::datastores(fact.stack).any(|datastore| *datastore.name == name);
    let shown = match fact.service() {
        Some(service) => service.pool.iter().any(|(datastore, _)| told(datastore)),
        None => told(fact.subject),
    };
    if shown { Treatment::Kept } else { Treatment::Elsewhere }
}
