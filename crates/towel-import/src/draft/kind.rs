//! The kinds of datastores that towel knows, and by what they are recognised.

/// What a datastore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Repositories of images, without registry and owner, that hold a server.
const IMAGES: [(&str, DatastoreKind); 22] = [
    ("postgres", DatastoreKind::Postgres),
    ("postgresql", DatastoreKind::Postgres),
    ("postgis", DatastoreKind::Postgres),
    ("pgvector", DatastoreKind::Postgres),
    ("timescaledb", DatastoreKind::Postgres),
    ("timescaledb-ha", DatastoreKind::Postgres),
    ("mysql", DatastoreKind::Mysql),
    ("mysql-server", DatastoreKind::Mysql),
    ("percona", DatastoreKind::Mysql),
    ("percona-server", DatastoreKind::Mysql),
    ("mariadb", DatastoreKind::Mariadb),
    ("mongo", DatastoreKind::Mongodb),
    ("mongodb", DatastoreKind::Mongodb),
    ("mongodb-community-server", DatastoreKind::Mongodb),
    ("redis", DatastoreKind::Redis),
    ("redis-stack", DatastoreKind::Redis),
    ("redis-stack-server", DatastoreKind::Redis),
    ("valkey", DatastoreKind::Redis),
    ("keydb", DatastoreKind::Redis),
    ("rabbitmq", DatastoreKind::Rabbitmq),
    ("minio", DatastoreKind::S3),
    ("localstack", DatastoreKind::S3),
];

impl DatastoreKind {
    /// As it is written in `towel.yaml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Mongodb => "mongodb",
            Self::Redis => "redis",
            Self::Rabbitmq => "rabbitmq",
            Self::S3 => "s3",
        }
    }

    /// The kind that an image serves, by the last part of its name.
    pub(crate) fn of_image(image: &str) -> Option<Self> {
        let name = Image::of(image).name;
        let last = name.rsplit('/').next().unwrap_or(name);
        // Tools around a database often carry its name: `bitnami/postgresql` serves, `acme/postgres-backup` does not.
        IMAGES.iter().find(|(known, _)| *known == last).map(|(_, kind)| *kind)
    }

    /// A version that is served well today, for where the source names none.
    pub(crate) const fn usual_version(self) -> Option<&'static str> {
        match self {
            Self::Postgres => Some("17"),
            Self::Mysql => Some("8.4"),
            Self::Mariadb => Some("11.4"),
            Self::Mongodb => Some("7.0"),
            Self::Redis => Some("7"),
            Self::Rabbitmq => Some("4"),
            Self::S3 => None,
        }
    }

    /// The port on which it listens by custom.
    pub(crate) const fn port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Mysql | Self::Mariadb => 3306,
            Self::Mongodb => 27017,
            Self::Redis => 6379,
            Self::Rabbitmq => 5672,
            Self::S3 => 9000,
        }
    }

    /// Whether a URL of that scheme is one that `${….url}` can replace as a whole.
    pub(crate) fn speaks(self, scheme: &str) -> bool {
        match self {
            Self::Postgres => matches!(scheme, "postgres" | "postgresql"),
            Self::Mysql => scheme == "mysql",
            Self::Mariadb => matches!(scheme, "mysql" | "mariadb"),
            Self::Mongodb => scheme == "mongodb",
            Self::Redis => scheme == "redis",
            Self::Rabbitmq => scheme == "amqp",
            Self::S3 => scheme == "s3",
        }
    }

    /// The kind to which a URL of that scheme leads.
    pub(crate) fn of_scheme(scheme: &str) -> Option<Self> {
        let base = scheme.split('+').next().unwrap_or(scheme);
        match base {
            "postgres" | "postgresql" | "pgsql" => Some(Self::Postgres),
            "mysql" | "mysql2" => Some(Self::Mysql),
            "mariadb" => Some(Self::Mariadb),
            "mongodb" => Some(Self::Mongodb),
            "redis" | "rediss" => Some(Self::Redis),
            "amqp" | "amqps" => Some(Self::Rabbitmq),
            _ => None,
        }
    }

    /// The name of a variable that says where it is, by custom.
    pub(crate) const fn usual_variable(self) -> &'static str {
        match self {
            Self::Postgres | Self::Mysql | Self::Mariadb => "DATABASE_URL",
            Self::Mongodb => "MONGODB_URI",
            Self::Redis => "REDIS_URL",
            Self::Rabbitmq => "AMQP_URL",
            Self::S3 => "S3_URL",
        }
    }
}

/// An image's name taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    /// Registry, owner and name.
    pub(crate) name: &'a str,
    /// Its tag.
    pub(crate) tag: Option<&'a str>,
    /// Whether a digest pins it.
    pub(crate) pinned: bool,
}

impl<'a> Image<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let (rest, pinned) = text.split_once('@').map_or((text, false), |(rest, _)| (rest, true));
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        match rest[slash..].find(':') {
            Some(colon) => Self { name: &rest[..slash + colon], tag: Some(&rest[slash + colon + 1..]), pinned },
            None => Self { name: rest, tag: None, pinned },
        }
    }

    /// The server's version in the tag: `16.2-alpine` is 16.2; none for `latest` and words.
    pub(crate) fn version(&self) -> Option<String> {
        let tag = self.tag?;
        let tag = tag.rsplit_once("pg").map_or(tag, |(_, rest)| rest);
        let tag = tag.strip_prefix('v').unwrap_or(tag);
        let end = tag.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(tag.len());
        let version = tag[..end].trim_matches('.');
        // `RELEASE.2024-01-01` of minio is a date, not a version that anybody compares.
        (!version.is_empty() && tag.starts_with(|letter: char| letter.is_ascii_digit())).then(|| version.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_recognised_by_the_last_part_of_its_image() {
        let kind = DatastoreKind::of_image;
        assert_eq!(kind("postgres:16-alpine"), Some(DatastoreKind::Postgres));
        assert_eq!(kind("docker.io/bitnami/postgresql:15.4.0-debian-11-r0"), Some(DatastoreKind::Postgres));
        assert_eq!(kind("registry.example:5000/mirror/redis@sha256:00"), Some(DatastoreKind::Redis));
        assert_eq!(kind("acme/postgres-backup:1"), None);
        assert_eq!(kind("mongo-express"), None);
    }

    #[test]
    fn a_version_is_what_a_tag_begins_with() {
        let version = |image: &str| Image::of(image).version();
        assert_eq!(version("postgres:16.2-alpine").as_deref(), Some("16.2"));
        assert_eq!(version("timescale/timescaledb:2.14.2-pg16").as_deref(), Some("16"));
        assert_eq!(version("pgvector/pgvector:pg17").as_deref(), Some("17"));
        assert_eq!(version("redis:latest"), None);
        assert_eq!(version("redis"), None);
        assert_eq!(version("minio/minio:RELEASE.2024-01-16T16-07-38Z"), None);
    }
}
