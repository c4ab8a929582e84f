//! A part of the product that keeps its data.

use serde::{Deserialize, Serialize};
use towel_source::{Span, Spanned};

use crate::backup::BackupKeys;
use crate::equality::equal_wherever_written;
use crate::key::{choices, keys};
use crate::managed::ManagedKeys;
use crate::word::{Name, Positive, Text};
use crate::{Backup, Managed, Size};

/// A part of the product that keeps its data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Datastore {
    /// Its name.
    pub name: Spanned<String>,
    /// What it is.
    pub kind: Spanned<DatastoreKind>,
    /// Version of the server.
    pub version: Option<Spanned<String>>,
    /// How many servers.
    pub replicas: Spanned<u32>,
    /// Volume size.
    pub storage: Option<Spanned<Size>>,
    /// Most connections; the kind's own default when not given.
    pub max_connections: Option<Spanned<u32>>,
    /// How it is backed up.
    pub backup: Option<Backup>,
    /// How a provider runs it, when one does.
    #[serde(default)]
    pub managed: Option<Managed>,
    /// The whole entry.
    #[serde(skip)]
    pub span: Span,
}

equal_wherever_written!(Datastore { name, kind, version, replicas, storage, max_connections, backup, managed });

/// What a datastore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatastoreKind {
    /// PostgreSQL.
    Postgres,
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
    /// MongoDB.
    Mongodb,
    /// Redis.
    Redis,
    /// RabbitMQ.
    Rabbitmq,
    /// An S3 bucket.
    S3,
}

keys! {
    /// A part of the product that keeps its data: a database, a cache, a broker, a bucket.
    DatastoreKeys = "datastore" {
        /// What it is.
        kind (required): Spanned<DatastoreKind>;
        /// Version of the server.
        version: Spanned<Text>;
        /// How many servers.
        replicas: Spanned<Positive>, default "1";
        /// Size of its volume.
        storage: Spanned<Size>;
        /// Most connections that it accepts.
        max_connections: Spanned<Positive>, default "that of its kind";
        /// How it is backed up.
        backup: BackupKeys;
        /// How a provider runs it, when one does.
        managed: ManagedKeys;
    }
}

choices! {
    DatastoreKind {
        "postgres" => Self::Postgres, "PostgreSQL.";
        "mysql" => Self::Mysql, "MySQL.";
        "mariadb" => Self::Mariadb, "MariaDB.";
        "mongodb" => Self::Mongodb, "MongoDB.";
        "redis" => Self::Redis, "Redis.";
        "rabbitmq" => Self::Rabbitmq, "RabbitMQ.";
        "s3" => Self::S3, "An S3 bucket.";
    }
}

impl DatastoreKeys {
    pub(crate) fn build(self, name: &Spanned<Name>) -> Option<Datastore> {
        let name = name.clone().map(|name| name.0);
        Some(Datastore {
            kind: self.kind?,
            version: self.version.map(|version| version.map(|version| version.0)),
            replicas: self.replicas.map_or(Spanned::new(1, name.span), |count| count.map(|count| count.0)),
            storage: self.storage,
            max_connections: self.max_connections.map(|count| count.map(|count| count.0)),
            backup: self.backup.and_then(BackupKeys::build),
            managed: self.managed.and_then(ManagedKeys::build),
            span: self.span,
            name,
        })
    }
}
