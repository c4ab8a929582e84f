//! Entry of the target `github`: its files, and what becomes of each key.

use super::component::components;
use super::treatment::{approval, client, cluster, datastore, image, managed, needs, notify, service, shipped, tested};
use super::{dependabot, deploy, pipeline, release, ruleset, security, towel};
use crate::Treatment::Elsewhere;
use crate::file::Files;
use crate::{Fact, Key, Product, Treatment};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let components = components(product);
    for component in &components {
        let from = match component.client {
            Some(_) => format!("clients.{}", component.name),
            None => format!("services.{}", component.name),
        };
        files.yaml(component.file(), &from, &pipeline::workflow(component, product));
    }
    if !components.is_empty() {
        files.yaml(".github/workflows/release.yaml", "", &release::workflow(&components));
    }
    files.yaml(".github/workflows/security.yaml", "", &security::workflow(&components));
    if let Some(workflow) = deploy::workflow(product) {
        files.yaml(".github/workflows/deploy.yaml", "environments", &workflow);
    }
    files.yaml(".github/workflows/platform.yaml", "", &towel::platform());
    files.yaml(".github/dependabot.yaml", "", &dependabot::configuration(product, &components));
    files.json(".github/rulesets/main.json", &ruleset::main(&components));
}

/// What becomes of each key here.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Client => client(fact),
        Key::Stack | Key::Source => service(fact),
        Key::Image => image(fact),
        Key::Port | Key::Variables => tested(fact),
        Key::Needs => needs(fact),
        Key::Kind | Key::Version => datastore(fact),
        Key::After | Key::Deadline => shipped(fact),
        Key::Approval => approval(fact),
        Key::Domain | Key::Context => cluster(fact),
        Key::Managed => managed(fact),
        Key::Notify => notify(fact),
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Namespace
        | Key::Listen
        | Key::Tls
        | Key::Ingress
        | Key::ServiceOwner
        | Key::ServiceDescription
        | Key::Run
        | Key::Live
        | Key::Ready
        | Key::Start
        | Key::Metrics
        | Key::Pool
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
        | Key::BackupStore
        | Key::Secret
        | Key::Rotate
        | Key::Generate
        | Key::Freeze
        | Key::Alert
        | Key::During
        | Key::Probe => Elsewhere,
    }
}
