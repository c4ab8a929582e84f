//! What becomes of each key in the playbook.

use super::playbook::is_hosted;
use crate::Treatment::{Elsewhere, Kept};
use crate::{Fact, Key, Treatment, compose};

/// What becomes of each key here: the playbook asks for what `.env` has to hold, the rest is in the Compose file that it
/// copies.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if !is_hosted(fact.stack) {
        return Elsewhere;
    }
    match fact.key {
        Key::Domain => {
            Treatment::approximated("the host is looked for at the domain, until the inventory says another")
        }
        Key::Tls if compose::has_front_door(fact.stack) => Kept,
        Key::Approval => Treatment::dropped("whoever runs the playbook deploys"),
        Key::Freeze => Treatment::dropped("a playbook runs at any time; `towel deploy` looks at freezes"),
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
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Elsewhere,
    }
}
