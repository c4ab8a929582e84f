//! Entry of the target `loki`: its files, and what becomes of each key.

use towel_model::EngineKind;

use super::{keeping, shipping};
use crate::file::Files;
use crate::{Fact, Key, Product, Treatment, prometheus};

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    for stack in product.stacks() {
        let folder = format!("{}/loki", prometheus::folder(product, stack));
        files.yaml(format!("{folder}/loki.yaml"), "", &keeping::document(stack));
        files.yaml(format!("{folder}/promtail.yaml"), "", &shipping::document(product, stack));
    }
}

/// What becomes of each key here: logs of all parts are found by themselves.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    match fact.key {
        Key::Namespace if *fact.stack.environment.engine == EngineKind::Kubernetes => Treatment::Kept,
        Key::Namespace
        | Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
        | Key::Context
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
        | Key::Notify => Treatment::Elsewhere,
    }
}
