//! Alerts about datastores of several servers of which some are gone or do not follow.

use std::time::Duration;

use towel_model::{Datastore, DatastoreKind, EngineKind, Severity, Stack};

use super::case::Scene;
use super::datastore::{of, one};
use super::{Alarm, Firing, Kind};

/// How many servers there have to be, and what counts them. Only these kinds form a set by themselves; several servers
/// of another kind would not hold the same data.
pub(crate) fn counted(datastore: &Datastore, stack: &Stack) -> Option<(&'static str, &'static str)> {
    match *datastore.kind {
        // As the members see each other.
        DatastoreKind::Mongodb => Some(("mongodb_rs_members_health", "member_idx")),
        // Each node tells by itself, and on a machine there is one.
        DatastoreKind::Rabbitmq if *stack.environment.engine == EngineKind::Kubernetes => Some(("up", "pod")),
        _ => None,
    }
}

/// None for one server.
pub(super) fn broken(datastore: &Datastore, stack: &Stack) -> Option<Alarm> {
    let (metric, label) = counted(datastore, stack)?;
    let servers = datastore.replicas.value;
    if servers < 2 {
        return None;
    }
    let (name, hold) = (datastore.name.as_str(), Duration::from_secs(300));
    let scene = |count: u32| {
        (0..count).fold(Scene::after(hold, 2), |scene, number| {
            scene.steady(one(datastore, metric, &format!(", {label}=\"{number}\"")), 1)
        })
    };
    let expression = format!("(count(max by ({label}) ({}) == 1) or vector(0)) < {servers}", of(datastore, metric));
    Some(
        Alarm::new(Kind::ReplicationBroken, name, "ReplicationBroken", Severity::Warning)
            .when(expression, hold)
            .says(
                format!("`{name}` has {{{{ $value }}}} of {servers} servers"),
                "Until the others are back, one more failure may cost data or service.",
            )
            .tried([
                scene(servers - 1).fires(Firing::valued((servers - 1).to_string())),
                scene(0).fires(Firing::valued("0")),
                scene(servers).stays_silent(),
            ]),
    )
}
