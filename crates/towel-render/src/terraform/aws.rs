//! What Amazon runs: databases, caches and buckets, as data for the same fixed resources.

use towel_check::CheckedStack;
use towel_model::{Datastore, DatastoreField, DatastoreKind, Managed};

use super::hcl::{Value, locals};
use crate::Product;
use crate::file::{Files, origin};
use crate::server::Server;

const FOLDER: &str = "deploy/terraform/aws";

/// Days that RDS and ElastiCache keep snapshots at most; a bucket has no such limit.
const MOST_SNAPSHOT_DAYS: i64 = 35;

pub(super) fn render(product: &Product, files: &mut Files) {
    let stacks: Vec<&CheckedStack> = product.clustered().filter(|stack| managed(stack).next().is_some()).collect();
    if stacks.is_empty() {
        return;
    }
    let mut fixed =
        |name: &str, text: &str| files.text(format!("{FOLDER}/{name}"), format!("{}{text}", origin("#", "")));
    fixed("versions.tf", include_str!("aws/versions.tf"));
    fixed("network.tf", include_str!("aws/network.tf"));
    fixed("databases.tf", include_str!("aws/databases.tf"));
    fixed("caches.tf", include_str!("aws/caches.tf"));
    fixed("buckets.tf", include_str!("aws/buckets.tf"));
    fixed("outputs.tf", include_str!("aws/outputs.tf"));
    let environments = stacks.iter().map(|stack| (stack.environment.name.to_string(), environment(stack)));
    let facts = [("product", Value::text(product.name())), ("environments", Value::object(environments))];
    fixed("product.tf", &locals(&facts));
}

fn managed(stack: &CheckedStack) -> impl Iterator<Item = (&Datastore, &Managed)> {
    stack.datastores.iter().filter_map(|datastore| Some((datastore, datastore.managed.as_ref()?)))
}

/// Where the file names no region.
const USUAL_REGION: &str = "eu-west-3";

fn region(managed: &Managed) -> &str {
    managed.region.as_ref().map_or(USUAL_REGION, |region| region.as_str())
}

fn environment(stack: &CheckedStack) -> Value {
    let of = |wanted: fn(DatastoreKind) -> bool, value: fn(&Datastore, &Managed, &CheckedStack) -> Value| {
        let chosen = managed(stack).filter(move |(datastore, _)| wanted(*datastore.kind));
        Value::object(chosen.map(|(datastore, managed)| (datastore.name.to_string(), value(datastore, managed, stack))))
    };
    let first = managed(stack).next().map_or(USUAL_REGION, |(_, managed)| region(managed));
    Value::object([
        ("region", Value::text(first)),
        ("databases", of(is_database, database)),
        ("caches", of(|kind| kind == DatastoreKind::Redis, cache)),
        ("buckets", of(|kind| kind == DatastoreKind::S3, bucket)),
    ])
}

const fn is_database(kind: DatastoreKind) -> bool {
    matches!(kind, DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb)
}

fn database(datastore: &Datastore, managed: &Managed, stack: &CheckedStack) -> Value {
    let server = Server::of(datastore, stack);
    let engine = match *datastore.kind {
        DatastoreKind::Postgres => "postgres",
        DatastoreKind::Mariadb => "mariadb",
        _ => "mysql",
    };
    Value::object([
        ("engine", Value::text(engine)),
        ("version", Value::text(server.tag.as_str())),
        ("family", Value::text(format!("{engine}{}", family(*datastore.kind, &server.tag)))),
        ("size", size(managed, "db.t4g.medium")),
        ("region", Value::text(region(managed))),
        ("port", Value::Number(i64::from(server.port))),
        ("storage", Value::Number(storage(datastore))),
        (
            "max_connections",
            Value::maybe(datastore.max_connections.as_ref().map(|most| Value::Number(i64::from(most.value)))),
        ),
        ("multi_az", Value::Bool(managed.multi_az)),
        ("snapshots", Value::Number(snapshots(managed, 7).min(MOST_SNAPSHOT_DAYS))),
        ("replicate_to", replica(managed)),
        ("url", Value::text(server.fact(DatastoreField::Url, "%s", "%s"))),
    ])
}

/// RDS names families of parameters by the major version: `16`, `8.4`, `11.4`.
fn family(kind: DatastoreKind, version: &str) -> String {
    let numbers = if kind == DatastoreKind::Postgres { 1 } else { 2 };
    version.split('.').take(numbers).collect::<Vec<_>>().join(".")
}

fn cache(datastore: &Datastore, managed: &Managed, stack: &CheckedStack) -> Value {
    Value::object([
        ("version", Value::text(cache_version(&Server::of(datastore, stack).tag))),
        ("size", size(managed, "cache.t4g.small")),
        ("region", Value::text(region(managed))),
        ("multi_az", Value::Bool(managed.multi_az)),
        ("snapshots", Value::Number(snapshots(managed, 7).min(MOST_SNAPSHOT_DAYS))),
    ])
}

/// ElastiCache's last Redis is 7.1; what is newer is Valkey there.
fn cache_version(version: &str) -> &str {
    if version.starts_with('7') { "7.1" } else { version }
}

fn bucket(datastore: &Datastore, managed: &Managed, stack: &CheckedStack) -> Value {
    let name = format!("{}-{}-{}", stack.name.as_str(), stack.environment.name.as_str(), datastore.name.as_str());
    Value::object([
        ("bucket", Value::text(name)),
        ("region", Value::text(region(managed))),
        ("snapshots", Value::Number(snapshots(managed, 30))),
        ("replicate_to", replica(managed)),
    ])
}

fn size(managed: &Managed, usual: &str) -> Value {
    Value::text(managed.size.as_ref().map_or(usual, |size| size.as_str()))
}

fn replica(managed: &Managed) -> Value {
    Value::maybe(managed.replicate_to.as_ref().map(|region| Value::text(region.as_str())))
}

fn snapshots(managed: &Managed, usual: i64) -> i64 {
    let days = |snapshots: &towel_source::Spanned<std::time::Duration>| snapshots.as_secs().div_ceil(86_400);
    managed.snapshots.as_ref().map_or(usual, |snapshots| i64::try_from(days(snapshots)).unwrap_or(i64::MAX))
}

/// In GiB; RDS gives no less than 20.
fn storage(datastore: &Datastore) -> i64 {
    let bytes = datastore.storage.as_ref().map_or(0, |size| size.0);
    i64::try_from(bytes.div_ceil(1 << 30)).unwrap_or(i64::MAX).max(20)
}
