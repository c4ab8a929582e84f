//! Which table the gateway should have: a pure function of stack, splits and instances.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use towel_engine::{Instance, ReleaseId};
use towel_gateway::table::{Backend, Listener, RateLimit, Route, Table, Target, TlsFiles, Version};
use towel_model::{Class, Reference, Service, Stack};
use towel_rollout::Share;

/// How long a request waits for an instance when a service has none that is ready.
const HOLD: Duration = Duration::from_secs(15);
/// How long an instance may take to begin its answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Weights are sent as whole numbers of this many parts, fine enough for any share of traffic.
const WEIGHT_PARTS: f64 = 1_000_000.0;

/// What the table follows from.
pub(crate) struct Situation<'a> {
    /// The product.
    pub(crate) stack: &'a Stack,
    /// Where paths in it start.
    pub(crate) folder: &'a Path,
    /// The front door, when some service is exposed.
    pub(crate) front: Option<SocketAddr>,
    /// Each service's own port of this machine, by which other services reach it.
    pub(crate) ports: &'a BTreeMap<String, u16>,
    /// How the requests of each service are split, the stable release first.
    pub(crate) splits: &'a BTreeMap<String, Split>,
    /// The version of each release that was ever seen.
    pub(crate) versions: &'a BTreeMap<ReleaseId, String>,
    /// What the engine sees.
    pub(crate) instances: &'a [Instance],
    /// Instances that are about to be told to stop.
    pub(crate) leaving: &'a BTreeSet<String>,
}

/// How the requests of a service are split.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Split {
    /// Names the split in the evidence.
    pub(crate) epoch: u64,
    /// The stable release first.
    pub(crate) shares: Vec<Share>,
}

/// The table for a situation, without its generation.
pub(crate) fn table(situation: &Situation<'_>) -> Table {
    let backends: BTreeMap<String, Backend> = situation
        .stack
        .services
        .iter()
        .filter(|service| situation.ports.contains_key(service.name.as_str()))
        .map(|service| (service.name.to_string(), backend(situation, service)))
        .collect();
    let mut listeners: Vec<Listener> =
        backends.keys().map(|name| inner_listener(situation.ports[name], name)).collect();
    listeners.extend(situation.front.map(|address| front_door(situation, address)));
    Table { generation: 0, listeners, backends }
}

/// The label of a release on metrics: its version for people, its number to be unambiguous.
pub(crate) fn label(version: &str, release: ReleaseId) -> String {
    format!("{version}-{release}")
}

/// The release that a label stands for.
pub(crate) fn release_of(label: &str) -> Option<ReleaseId> {
    label.rsplit_once("-r").and_then(|(_, number)| number.parse().ok()).map(ReleaseId)
}

fn backend(situation: &Situation<'_>, service: &Service) -> Backend {
    let split = situation.splits.get(service.name.as_str()).cloned().unwrap_or_default();
    let expose = service.expose.as_ref();
    // A release that has no share yet is there for smoke requests, which are sent by force.
    let unshared: BTreeSet<ReleaseId> = situation
        .instances
        .iter()
        .filter(|instance| instance.service == *service.name)
        .map(|instance| instance.release)
        .filter(|release| split.shares.iter().all(|share| share.release != *release))
        .collect();
    let unshared = unshared.into_iter().map(|release| Share { release, weight: 0.0 });
    Backend {
        epoch: split.epoch,
        versions: split
            .shares
            .iter()
            .copied()
            .chain(unshared)
            .filter_map(|share| version(situation, service, &share))
            .collect(),
        sticky: expose.is_some_and(|expose| expose.sticky),
        rate_limit: expose.and_then(|expose| expose.rate_limit.as_ref()).map(|rate| RateLimit {
            requests: rate.count.round().max(1.0) as u32,
            per_ms: rate.per.as_millis() as u64,
        }),
        hold_ms: HOLD.as_millis() as u64,
        timeout_ms: TIMEOUT.as_millis() as u64,
    }
}

/// None for a release of which no instance was ever seen: it has no target, and no name yet.
fn version(situation: &Situation<'_>, service: &Service, share: &Share) -> Option<Version> {
    let name = situation.versions.get(&share.release)?;
    let of_release = |instance: &&Instance| instance.service == *service.name && instance.release == share.release;
    let targets = situation
        .instances
        .iter()
        .filter(of_release)
        .filter(|instance| instance.is_ready() && !situation.leaving.contains(&instance.id))
        .filter_map(|instance| Some(Target { id: instance.id.clone(), address: instance.address? }))
        .collect();
    Some(Version {
        label: label(name, share.release),
        weight: (share.weight.clamp(0.0, 1.0) * WEIGHT_PARTS).round() as u32,
        targets,
    })
}

fn inner_listener(port: u16, backend: &str) -> Listener {
    Listener {
        address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
        tls: None,
        routes: vec![Route { host: None, path: "/".to_owned(), backend: backend.to_owned() }],
    }
}

fn front_door(situation: &Situation<'_>, address: SocketAddr) -> Listener {
    let mut routes = Vec::new();
    for service in &situation.stack.services {
        let Some(expose) = &service.expose else { continue };
        if !situation.ports.contains_key(service.name.as_str()) {
            continue;
        }
        let host = exposed_host(situation.stack, service).unwrap_or_default();
        let route = |host| Route { host, path: expose.path.to_string(), backend: service.name.to_string() };
        // On a developer's machine the product's own domain also answers to 127.0.0.1 and to any
        // other name by which the machine is called.
        if *situation.stack.environment.class == Class::Dev && host == domain(situation.stack) {
            routes.push(route(None));
        }
        routes.push(route(Some(host)));
    }
    let tls = situation.stack.environment.gateway.as_ref().and_then(|gateway| gateway.tls.as_ref());
    let file = |path: &str| situation.folder.join(path).display().to_string();
    Listener {
        address,
        tls: tls.map(|tls| TlsFiles { certificate: file(&tls.certificate), key: file(&tls.key) }),
        routes,
    }
}

/// The domain of the environment; `localhost` when it has none.
pub(crate) fn domain(stack: &Stack) -> &str {
    stack.environment.domain.as_ref().map_or("localhost", |domain| domain.as_str())
}

/// The host name by which the outside reaches a service, lower case.
pub(crate) fn exposed_host(stack: &Stack, service: &Service) -> Option<String> {
    let expose = service.expose.as_ref()?;
    let filled = expose.host.fill(|reference| match reference {
        Reference::Environment(towel_model::EnvironmentField::Domain) => Ok(domain(stack).to_owned()),
        Reference::Environment(towel_model::EnvironmentField::Name) => Ok(stack.environment.name.to_string()),
        other => Err(format!("{other:?}")),
    });
    filled.ok().map(|host| host.to_ascii_lowercase())
}
