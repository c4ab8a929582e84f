//! Which datastores the code of an image talks to: some need a library or an extension for it.

use towel_model::DatastoreKind;

use super::Build;

/// A protocol that code speaks. MariaDB speaks MySQL's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Postgres,
    Mysql,
    Mongodb,
    Redis,
    Rabbitmq,
    S3,
}

/// In the order of `needs`, each once.
pub(super) fn clients(build: &Build<'_>) -> Vec<Client> {
    let mut clients = Vec::new();
    for need in &build.service.needs {
        let Some(datastore) = build.stack.datastore(need) else { continue };
        let client = match *datastore.kind {
            DatastoreKind::Postgres => Client::Postgres,
            DatastoreKind::Mysql | DatastoreKind::Mariadb => Client::Mysql,
            DatastoreKind::Mongodb => Client::Mongodb,
            DatastoreKind::Redis => Client::Redis,
            DatastoreKind::Rabbitmq => Client::Rabbitmq,
            DatastoreKind::S3 => Client::S3,
        };
        if !clients.contains(&client) {
            clients.push(client);
        }
    }
    clients
}
