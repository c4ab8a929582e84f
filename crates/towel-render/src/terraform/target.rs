//! Entry of the target `terraform`: its files, and what becomes of each key.

use towel_model::{DatastoreKind, EngineKind, Managed};

use super::{aws, cluster};
use crate::file::Files;
use crate::{Fact, Key, Product, Treatment};

/// Writes the files of this target: none for a product that no cluster runs.
pub(crate) fn render(product: &Product, files: &mut Files) {
    if product.clustered().next().is_some() {
        cluster::render(product, files);
        aws::render(product, files);
    }
}

/// What becomes of each key here: what a cluster needs before its first deploy.
pub(crate) fn treat(fact: &Fact<'_>) -> Treatment {
    if *fact.stack.environment.engine != EngineKind::Kubernetes {
        return Treatment::Elsewhere;
    }
    let managed = fact.datastore().and_then(|datastore| datastore.managed.as_ref());
    match fact.key {
        Key::Context | Key::Namespace | Key::Generate | Key::Kind | Key::Managed => treat_certain(fact, managed),
        Key::Version | Key::Storage | Key::MaxConnections => treat_managed(fact, managed),
        // Clients of a replica set are told all of its members.
        Key::Servers if is_set(fact) => Treatment::Kept,
        Key::Servers => Treatment::Elsewhere,
        // Which secrets there are shows in those that are generated, required, or needed for alerts.
        Key::Secret => Treatment::Elsewhere,
        Key::Description
        | Key::Owner
        | Key::Repository
        | Key::Timezone
        | Key::Team
        | Key::Budget
        | Key::Mail
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
        | Key::BackupEvery
        | Key::BackupTakes
        | Key::BackupKeep
        | Key::BackupTo
        | Key::Rpo
        | Key::Rto
        | Key::Drill
        | Key::BackupStore
        | Key::Rotate
        | Key::Freeze
        | Key::Alert
        | Key::During
        | Key::Probe
        | Key::Notify => Treatment::Elsewhere,
    }
}

fn is_set(fact: &Fact<'_>) -> bool {
    let set = |datastore: &towel_model::Datastore| {
        datastore.managed.is_none() && *datastore.kind == DatastoreKind::Mongodb && datastore.replicas.value > 1
    };
    fact.datastore().is_some_and(set)
}

fn treat_certain(fact: &Fact<'_>, managed: Option<&Managed>) -> Treatment {
    let limited = |managed: &Managed| {
        let days = managed.snapshots.as_ref().map_or(0, |snapshots| snapshots.as_secs() / 86_400);
        days > 35 && fact.datastore().is_some_and(|datastore| *datastore.kind != DatastoreKind::S3)
    };
    match (fact.key, managed) {
        (Key::Managed, Some(managed)) if limited(managed) => {
            Treatment::approximated("AWS keeps snapshots of databases and caches for 35 days at most")
        }
        (Key::Managed, Some(managed)) if managed.region.is_none() => {
            Treatment::approximated("it names no region, so `eu-west-3` is taken")
        }
        _ => Treatment::Kept,
    }
}

fn treat_managed(fact: &Fact<'_>, managed: Option<&Managed>) -> Treatment {
    let kind = fact.datastore().map(|datastore| *datastore.kind);
    match (fact.key, managed, kind) {
        // What runs in the cluster is the kubernetes target's.
        (_, None, _) => Treatment::Elsewhere,
        (Key::Version, Some(_), Some(DatastoreKind::Redis)) => {
            Treatment::approximated("ElastiCache's newest Redis is 7.1")
        }
        (_, Some(_), Some(DatastoreKind::S3)) => Treatment::Elsewhere,
        (_, Some(_), Some(DatastoreKind::Redis)) => Treatment::dropped("ElastiCache derives it from the node's size"),
        _ => Treatment::Kept,
    }
}
