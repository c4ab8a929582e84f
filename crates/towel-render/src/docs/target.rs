//! Entry of the target `docs`: its files, and what becomes of each key.

use std::collections::HashMap;

use super::runbook::Known;
use super::{backups, changelog, datastores, deploying, directory, picture, playbook, readme, runbook, service};
use crate::alarm::Alarm;
use crate::file::Files;
use crate::{Fact, Key, Product, Treatment, names};

const FOLDER: &str = "docs/platform";

/// Writes the files of this target.
pub(crate) fn render(product: &Product, files: &mut Files) {
    let stack = product.strictest();
    let directories = directory::directories(product);
    let shells = directory::shells(&directories);
    let known = runbook::known(&shells);
    files.text(format!("{FOLDER}/README.md"), readme::page(product));
    files.text(format!("{FOLDER}/architecture.svg"), picture::svg(stack));
    files.text(format!("{FOLDER}/architecture.mmd"), picture::mermaid(stack));
    let by_service = by_service(&known);
    for it in &stack.services {
        let name = it.name.as_str();
        let alarms = by_service.get(name).map(Vec::as_slice).unwrap_or_default();
        files.text(format!("{FOLDER}/services/{name}.md"), service::page(&shells, name, alarms));
    }
    if !stack.datastores.is_empty() {
        files.text(format!("{FOLDER}/datastores.md"), datastores::page(product));
    }
    files.text(format!("{FOLDER}/runbooks/README.md"), runbook::index(&known));
    for it in &known {
        files.text(names::runbook_path(&it.alarm.name), runbook::page(it));
    }
    files.text(format!("{FOLDER}/playbooks/service-down.md"), playbook::service_down(product, &shells));
    files.text(format!("{FOLDER}/playbooks/high-cpu-or-memory.md"), playbook::high_use(product, &shells));
    files.text(format!("{FOLDER}/deploying.md"), deploying::page(product, &shells));
    if backups::is_there(product) {
        files.text(format!("{FOLDER}/backups.md"), backups::page(product, &shells));
    }
    files.text(format!("{FOLDER}/CHANGELOG.md"), changelog::page(product));
}

fn by_service<'k>(known: &'k [Known<'_>]) -> HashMap<&'k str, Vec<&'k Alarm>> {
    let mut by_service: HashMap<&str, Vec<&Alarm>> = HashMap::new();
    for it in known.iter().filter(|it| it.alarm.kind.subject_label() == Some("service")) {
        by_service.entry(&it.alarm.subject).or_default().push(&it.alarm);
    }
    by_service
}

/// What becomes of each key here: documentation says them all.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    match fact.key {
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
        | Key::Notify => Treatment::Kept,
    }
}
