//! What stands behind a datastore's kind: image, port, data folder, account and URL, the same in every target.

use towel_model::{Datastore, DatastoreField, DatastoreKind, Stack};

/// A datastore's server, as services of the product reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// Official image without a tag.
    pub(crate) image: &'static str,
    /// Its tag: the declared version, or the newest known to fit.
    pub(crate) tag: String,
    /// Where it listens.
    pub(crate) port: u16,
    /// Where it keeps its data.
    pub(crate) data: &'static str,
    /// Scheme of its URL.
    pub(crate) scheme: &'static str,
    /// The account that services use.
    pub(crate) user: &'static str,
    /// Database or virtual host; the bucket's name.
    pub(crate) database: String,
    /// Unix user and group of its image.
    pub(crate) uid: i64,
}

impl Server {
    pub(crate) fn of(datastore: &Datastore, stack: &Stack) -> Self {
        let kind = *datastore.kind;
        let tag = datastore.version.as_ref().map_or_else(|| newest(kind).to_owned(), ToString::to_string);
        Self {
            image: image(kind),
            data: data(kind, &tag),
            tag,
            port: port(kind),
            scheme: scheme(kind),
            user: user(kind),
            database: database(datastore, stack),
            uid: uid(kind),
        }
    }

    /// `postgres:16`.
    pub(crate) fn reference(&self) -> String {
        format!("{}:{}", self.image, self.tag)
    }

    /// A fact of it, where `host` and `password` are what the target puts there.
    pub(crate) fn fact(&self, field: DatastoreField, host: &str, password: &str) -> String {
        match field {
            DatastoreField::Url => self.url(host, password),
            DatastoreField::Host => host.to_owned(),
            DatastoreField::Port => self.port.to_string(),
            DatastoreField::User => self.user.to_owned(),
            DatastoreField::Password => password.to_owned(),
            DatastoreField::Name => self.database.clone(),
        }
    }

    fn url(&self, host: &str, password: &str) -> String {
        let Self { scheme, user, port, database, .. } = self;
        // Users of MongoDB's image live in the database `admin`.
        let suffix = if *scheme == "mongodb" { "?authSource=admin" } else { "" };
        match *scheme {
            "http" => format!("http://{host}:{port}"),
            _ => format!("{scheme}://{user}:{password}@{host}:{port}/{database}{suffix}"),
        }
    }
}

const fn image(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "postgres",
        DatastoreKind::Mysql => "mysql",
        DatastoreKind::Mariadb => "mariadb",
        DatastoreKind::Mongodb => "mongo",
        DatastoreKind::Redis => "redis",
        DatastoreKind::Rabbitmq => "rabbitmq",
        DatastoreKind::S3 => "minio/minio",
    }
}

/// Where the file names no version. A tag of a major version still moves; `datastore-version-not-given` warns of that.
const fn newest(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "17",
        DatastoreKind::Mysql => "8.4",
        DatastoreKind::Mariadb => "11.4",
        DatastoreKind::Mongodb => "8.0",
        DatastoreKind::Redis => "7.4",
        DatastoreKind::Rabbitmq => "4.0",
        DatastoreKind::S3 => "RELEASE.2025-09-07T16-13-09Z",
    }
}

const fn port(kind: DatastoreKind) -> u16 {
    match kind {
        DatastoreKind::Postgres => 5432,
        DatastoreKind::Mysql | DatastoreKind::Mariadb => 3306,
        DatastoreKind::Mongodb => 27017,
        DatastoreKind::Redis => 6379,
        DatastoreKind::Rabbitmq => 5672,
        DatastoreKind::S3 => 9000,
    }
}

/// Where a volume belongs so that the data of that version is on it.
fn data(kind: DatastoreKind, tag: &str) -> &'static str {
    match kind {
        // From 18 on, the image keeps each major version's data in a folder of its own below this one.
        DatastoreKind::Postgres if major(tag).is_some_and(|major| major >= 18) => "/var/lib/postgresql",
        DatastoreKind::Postgres => "/var/lib/postgresql/data",
        DatastoreKind::Mysql | DatastoreKind::Mariadb => "/var/lib/mysql",
        DatastoreKind::Mongodb => "/data/db",
        DatastoreKind::Redis | DatastoreKind::S3 => "/data",
        DatastoreKind::Rabbitmq => "/var/lib/rabbitmq",
    }
}

/// The number with which a version begins.
pub(crate) fn major(tag: &str) -> Option<u32> {
    tag.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

const fn scheme(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "postgres",
        DatastoreKind::Mysql | DatastoreKind::Mariadb => "mysql",
        DatastoreKind::Mongodb => "mongodb",
        DatastoreKind::Redis => "redis",
        DatastoreKind::Rabbitmq => "amqp",
        DatastoreKind::S3 => "http",
    }
}

/// As the local engine names it.
const fn user(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Redis => "default",
        _ => "app",
    }
}

const fn uid(kind: DatastoreKind) -> i64 {
    match kind {
        DatastoreKind::S3 => 1000,
        _ => 999,
    }
}

fn database(datastore: &Datastore, stack: &Stack) -> String {
    match *datastore.kind {
        DatastoreKind::Redis => "0".to_owned(),
        DatastoreKind::S3 => format!("{}-{}", stack.name.as_str(), datastore.name.as_str()),
        // As the local engine names it.
        _ => "app".to_owned(),
    }
}
