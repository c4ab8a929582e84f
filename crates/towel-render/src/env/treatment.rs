//! What becomes of each key in `.env.example`.

use towel_model::EngineKind;

use crate::Treatment::{Elsewhere, Kept};
use crate::{Fact, Key, Treatment};

/// What becomes of each key here.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    let is_local = *fact.stack.environment.engine == EngineKind::Local;
    match fact.key {
        Key::Variables | Key::Secret | Key::Rotate | Key::Generate => Kept,
        Key::Kind | Key::Version if is_local => Kept,
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
        | Key::Freeze
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
    }
}
