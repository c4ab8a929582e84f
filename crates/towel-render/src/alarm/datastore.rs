//! Alerts that every datastore has, by what its exporter tells: down, connections, replicas, disk, memory, queues.

use std::time::Duration;

use towel_model::{Datastore, DatastoreKind, Severity, Stack};

use super::case::Scene;
use super::metric::{figure, percent};
use super::{Alarm, Firing, Kind, replica, volume};
use crate::prometheus::Exporter;

/// Adds the alerts about a datastore.
pub(super) fn alarms(datastore: &Datastore, stack: &Stack, alarms: &mut Vec<Alarm>) {
    if Exporter::of(datastore, stack).is_none() {
        return;
    }
    alarms.push(down(datastore));
    alarms.extend(crowded(datastore));
    alarms.extend(replica::broken(datastore, stack));
    alarms.extend(volume::filling(datastore, stack));
    match *datastore.kind {
        DatastoreKind::Redis => alarms.extend([full(datastore), evicting(datastore)]),
        DatastoreKind::Rabbitmq => alarms.push(growing(datastore)),
        DatastoreKind::Postgres
        | DatastoreKind::Mysql
        | DatastoreKind::Mariadb
        | DatastoreKind::Mongodb
        | DatastoreKind::S3 => {}
    }
}

/// `metric{job="db"}`.
pub(super) fn of(datastore: &Datastore, metric: &str) -> String {
    format!("{metric}{{job=\"{}\"}}", datastore.name.as_str())
}

/// One such series, as a unit test feeds it.
pub(super) fn one(datastore: &Datastore, metric: &str, more: &str) -> String {
    format!("{metric}{{job=\"{name}\", instance=\"{name}-0\"{more}}}", name = datastore.name.as_str())
}

/// As a unit test expects a result by instance.
pub(super) fn at_instance(datastore: &Datastore, value: &str) -> Firing {
    Firing::valued(value).labelled("instance", format!("{}-0", datastore.name.as_str()))
}

fn down(datastore: &Datastore) -> Alarm {
    let up = match *datastore.kind {
        DatastoreKind::Postgres => "pg_up",
        DatastoreKind::Mysql | DatastoreKind::Mariadb => "mysql_up",
        DatastoreKind::Mongodb => "mongodb_up",
        DatastoreKind::Redis => "redis_up",
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => "up",
    };
    let (name, hold) = (datastore.name.as_str(), Duration::from_secs(60));
    Alarm::new(Kind::DatastoreDown, name, "Down", Severity::Critical)
        .when(format!("absent({} == 1)", of(datastore, up)), hold)
        .says(format!("`{name}` is down"), "It does not answer its exporter, or the exporter is gone, for 1m.")
        .tried([
            Scene::after(hold, 2).steady(one(datastore, up, ""), 0).fires(Firing::plain()),
            Scene::after(hold, 2).fires(Firing::plain()),
            Scene::after(hold, 2).steady(one(datastore, up, ""), 1).stays_silent(),
        ])
}

const CROWDED: f64 = 0.8;

/// Series that tell how many connections there are, and how many there may be: one, or several that add up to it.
fn connections(kind: DatastoreKind) -> Option<(&'static str, &'static [&'static str])> {
    Some(match kind {
        DatastoreKind::Postgres => ("pg_stat_activity_count", &["pg_settings_max_connections"]),
        DatastoreKind::Mysql | DatastoreKind::Mariadb => {
            ("mysql_global_status_threads_connected", &["mysql_global_variables_max_connections"])
        }
        DatastoreKind::Mongodb => (
            "mongodb_ss_connections{conn_type=\"current\"}",
            &["mongodb_ss_connections{conn_type=\"current\"}", "mongodb_ss_connections{conn_type=\"available\"}"],
        ),
        DatastoreKind::Redis => ("redis_connected_clients", &["redis_config_maxclients"]),
        DatastoreKind::Rabbitmq => ("rabbitmq_connections", &[]),
        DatastoreKind::S3 => return None,
    })
}

fn crowded(datastore: &Datastore) -> Option<Alarm> {
    let (used, limits) = connections(*datastore.kind)?;
    let name = datastore.name.as_str();
    let parts = |metric: &'static str| match metric.split_once('{') {
        Some((metric, matcher)) => (metric, format!(", {}", matcher.trim_end_matches('}'))),
        None => (metric, String::new()),
    };
    let by_instance = |metric: &'static str| {
        let (metric, more) = parts(metric);
        format!("sum by (instance) ({metric}{{job=\"{name}\"{more}}})")
    };
    let fed = |metric: &'static str| {
        let (metric, more) = parts(metric);
        one(datastore, metric, &more)
    };
    let (limit, said) = match &datastore.max_connections {
        Some(most) => (most.to_string(), format!("{} connections are declared", most.value)),
        None if limits.is_empty() => return None,
        None => {
            let sum = limits.iter().map(|limit| by_instance(limit)).collect::<Vec<_>>().join(" + ");
            (if limits.len() > 1 { format!("({sum})") } else { sum }, "the server says how many it accepts".to_owned())
        }
    };
    let declared = datastore.max_connections.as_ref().map(|most| f64::from(most.value));
    let hold = Duration::from_secs(300);
    let scene = |share: f64| {
        let scene = Scene::after(hold, 2).steady(fed(used), figure(declared.unwrap_or(100.0) * share));
        match (declared, limits) {
            (Some(_), _) | (None, []) => scene,
            (None, [limit]) => scene.steady(fed(limit), 100),
            (None, [_, free, ..]) => scene.steady(fed(free), figure(100.0 * (1.0 - share))),
        }
    };
    Some(
        Alarm::new(Kind::ConnectionsNearLimit, name, "ConnectionsNearLimit", Severity::Warning)
            .when(format!("{} / {limit} > {CROWDED}", by_instance(used)), hold)
            .says(
                format!("`{name}` has {{{{ $value | humanizePercentage }}}} of its connections taken"),
                format!("More than {} for 5m; {said}. Beyond them every new one is refused.", percent(CROWDED)),
            )
            .tried([scene(0.9).fires(at_instance(datastore, "90%")), scene(0.5).stays_silent()]),
    )
}

fn full(datastore: &Datastore) -> Alarm {
    const USED: &str = "redis_memory_used_bytes";
    const MOST: &str = "redis_memory_max_bytes";
    let (name, hold) = (datastore.name.as_str(), Duration::from_secs(600));
    // Without a limit the maximum is 0, and nothing is a share of that.
    let expression = format!(
        "max by (instance) ({}) / (max by (instance) ({}) > 0) > 0.9",
        of(datastore, USED),
        of(datastore, MOST)
    );
    let scene = |used: u32, most: u32| {
        Scene::after(hold, 2).steady(one(datastore, USED, ""), used).steady(one(datastore, MOST, ""), most)
    };
    Alarm::new(Kind::CacheFull, name, "MemoryFull", Severity::Warning)
        .when(expression, hold)
        .says(
            format!("`{name}` uses {{{{ $value | humanizePercentage }}}} of its memory"),
            "Above 90 % for 10m. When it is full it gives up keys, or refuses writes.",
        )
        .tried([
            scene(95, 100).fires(at_instance(datastore, "95%")),
            scene(50, 100).stays_silent(),
            scene(95, 0).stays_silent(),
        ])
}

fn evicting(datastore: &Datastore) -> Alarm {
    const EVICTED: &str = "redis_evicted_keys_total";
    let (name, hold) = (datastore.name.as_str(), Duration::from_secs(900));
    Alarm::new(Kind::CacheFull, name, "EvictsKeys", Severity::Warning)
        .when(format!("sum by (instance) (rate({}[5m])) > 0", of(datastore, EVICTED)), hold)
        .says(
            format!("`{name}` gives up keys for want of memory"),
            "For 15m. Harmless for a cache; what sessions or queues keep there is lost.",
        )
        .tried([
            Scene::after(hold, 4).rising(one(datastore, EVICTED, ""), 6).fires(at_instance(datastore, "")),
            Scene::after(hold, 4).rising(one(datastore, EVICTED, ""), 0).stays_silent(),
        ])
}

fn growing(datastore: &Datastore) -> Alarm {
    const READY: &str = "rabbitmq_queue_messages_ready";
    let (name, hold) = (datastore.name.as_str(), Duration::from_secs(900));
    let series = of(datastore, READY);
    let expression = format!("sum({series}) > 1000\nand sum(deriv({series}[30m])) > 0");
    let ready = one(datastore, READY, "");
    Alarm::new(Kind::QueueGrowing, name, "Grows", Severity::Warning)
        .when(expression, hold)
        .says(
            format!("{{{{ $value }}}} messages wait in `{name}`"),
            "More than 1000 wait and they become more, for 15m: consumers are gone or too slow.",
        )
        .tried([
            // 1000 are passed in the first minute.
            Scene::after(hold, 5).rising(ready.as_str(), 2000).fires(Firing::valued("40000")),
            Scene::after(hold, 5).steady(ready.as_str(), 5000).stays_silent(),
            Scene::after(hold, 5).rising(ready, 10).stays_silent(),
        ])
}
