//! Alerts about datastores of several servers of which some are gone or do not follow.

use std::time::Duration;

use towel_model::{Datastore, DatastoreKind, EngineKind, Severity, Stack};

use super::case::Scene;
use super::datastore::{of, one};
use super::{Alarm, Firing, Kind};
use crate::prometheus::is_managed;

/// How the servers of a datastore see each other.
struct View {
    /// Counts, and is nothing when there are none.
    count: String,
    /// One series for each of so many, as a unit test feeds them.
    feed: fn(&Datastore, u32) -> Vec<String>,
    /// How many there have to be.
    wanted: u32,
}

/// None for one server, and for those that a provider looks after.
pub(super) fn broken(datastore: &Datastore, stack: &Stack) -> Option<Alarm> {
    let servers = datastore.replicas.value;
    if servers < 2 || is_managed(datastore, stack) {
        return None;
    }
    let view = view(datastore, stack, servers)?;
    let (name, hold, wanted) = (datastore.name.as_str(), Duration::from_secs(300), view.wanted);
    let scene = |count: u32| {
        let series = (view.feed)(datastore, count);
        series.into_iter().fold(Scene::after(hold, 2), |scene, series| scene.steady(series, 1))
    };
    Some(
        Alarm::new(Kind::ReplicationBroken, name, "ReplicationBroken", Severity::Warning)
            .when(format!("({} or vector(0)) < {wanted}", view.count), hold)
            .says(
                format!("`{name}` has {{{{ $value }}}} of {wanted} replicas that follow"),
                format!("It runs on {servers} servers. Until the others follow again, one more failure may cost data or service."),
            )
            .tried([
                scene(wanted - 1).fires(Firing::valued((wanted - 1).to_string())),
                scene(0).fires(Firing::valued("0")),
                scene(wanted).is_silent(),
            ]),
    )
}

fn view(datastore: &Datastore, stack: &Stack, servers: u32) -> Option<View> {
    // Where each server has an exporter of its own.
    let clustered = *stack.environment.engine == EngineKind::Kubernetes;
    let view = |count, feed, wanted| Some(View { count, feed, wanted });
    match *datastore.kind {
        DatastoreKind::Postgres => {
            let count = format!("count({})", of(datastore, "pg_stat_replication_pg_wal_lsn_diff"));
            view(count, |it, count| numbered(it, count, "pg_stat_replication_pg_wal_lsn_diff", "client_addr"), servers - 1)
        }
        DatastoreKind::Mysql | DatastoreKind::Mariadb if clustered => {
            // MySQL renamed it in 8.4.
            let name = "__name__=~\"mysql_slave_status_seconds_behind_(master|source)\"";
            let count = format!("count({{{name}, job=\"{}\"}} < 60)", datastore.name.as_str());
            let feed = |it: &Datastore, count| numbered(it, count, "mysql_slave_status_seconds_behind_master", "master_host");
            view(count, feed, servers - 1)
        }
        DatastoreKind::Mongodb => {
            let count = format!("count(max by (member_idx) ({}) == 1)", of(datastore, "mongodb_rs_members_health"));
            view(count, |it, count| numbered(it, count, "mongodb_rs_members_health", "member_idx"), servers)
        }
        DatastoreKind::Redis => {
            let count = format!("count(max by (slave_ip) ({}) >= 0)", of(datastore, "redis_connected_slave_offset_bytes"));
            view(count, |it, count| numbered(it, count, "redis_connected_slave_offset_bytes", "slave_ip"), servers - 1)
        }
        DatastoreKind::Rabbitmq | DatastoreKind::S3 if clustered => {
            let count = format!("count({} == 1)", of(datastore, "up"));
            view(count, |it, count| numbered(it, count, "up", "pod"), servers)
        }
        DatastoreKind::Mysql | DatastoreKind::Mariadb | DatastoreKind::Rabbitmq | DatastoreKind::S3 => None,
    }
}

fn numbered(datastore: &Datastore, count: u32, metric: &str, label: &str) -> Vec<String> {
    (0..count).map(|number| one(datastore, metric, &format!(", {label}=\"{number}\""))).collect()
}
