//! Datastores that Render runs itself: PostgreSQL, and Key Value for Redis.

use towel_model::{Datastore, DatastoreKind, Stack};

use super::host::name;
use super::plan;
use crate::server::{Server, major};
use crate::yaml::{Map, Yaml};

/// A database; none for other kinds.
pub(super) fn database(stack: &Stack, datastore: &Datastore) -> Option<Map> {
    if *datastore.kind != DatastoreKind::Postgres {
        return None;
    }
    let server = Server::of(datastore, stack);
    let database = Map::new()
        .with("name", name(stack, &datastore.name))
        .with("plan", plan::of_database(datastore))
        .with("databaseName", server.database)
        .with("user", server.user)
        .maybe("postgresMajorVersion", major(&server.tag).map(|major| major.to_string()))
        .maybe("diskSizeGB", datastore.storage.as_ref().map(|storage| plan::disk(**storage)));
    let database = if datastore.replicas.value > 1 {
        database.with("highAvailability", Map::new().with("enabled", true))
    } else {
        database
    };
    Some(database.comment("Reached by the product's own services alone.").with("ipAllowList", Yaml::List(Vec::new())))
}

/// A Key Value instance; none for other kinds.
pub(super) fn key_value(stack: &Stack, datastore: &Datastore) -> Option<Map> {
    if *datastore.kind != DatastoreKind::Redis {
        return None;
    }
    let map = Map::new()
        .with("type", "keyvalue")
        .with("name", name(stack, &datastore.name))
        .with("plan", "starter")
        .comment("A full store refuses writes: dropping keys would lose data that nobody gave up.")
        .with("maxmemoryPolicy", "noeviction")
        .comment("Reached by the product's own services alone.")
        .with("ipAllowList", Yaml::List(Vec::new()));
    Some(map)
}
