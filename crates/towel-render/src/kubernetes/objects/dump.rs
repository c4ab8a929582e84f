//! How a datastore is dumped and how the dump is proven to be whole, with the clients in its own image.

use k8s_openapi::api::core::v1::EnvVar;
use towel_model::{Datastore, DatastoreKind};

use super::mongodb;
use super::server_setup::quotable;
use super::shorthand::{from_secret, value};
use crate::names;

/// Whether a kind has a dump. Queues are emptied by whoever reads them, and buckets are copied by their provider.
pub(crate) const fn is_dumped(kind: DatastoreKind) -> bool {
    !matches!(kind, DatastoreKind::Rabbitmq | DatastoreKind::S3)
}

/// Where the client finds the server: the clients of PostgreSQL and MySQL read some of these by themselves.
pub(super) fn environment(datastore: &Datastore) -> Vec<EnvVar> {
    let secret = |name: &str, key: &str| from_secret(name, names::credentials_object(&datastore.name), key, true);
    let all = |host: &str, port: &str, user: &str, password: &str, name: &str| {
        vec![
            secret(host, "host"),
            secret(port, "port"),
            secret(user, "user"),
            secret(password, "password"),
            secret(name, "name"),
            value("HOME", "/tmp"),
        ]
    };
    match *datastore.kind {
        DatastoreKind::Postgres => all("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"),
        DatastoreKind::Mysql | DatastoreKind::Mariadb => all("DB_HOST", "DB_PORT", "DB_USER", "MYSQL_PWD", "DB_NAME"),
        DatastoreKind::Mongodb => all("DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME"),
        DatastoreKind::Redis => vec![
            secret("DB_HOST", "host"),
            secret("DB_PORT", "port"),
            secret("REDISCLI_AUTH", "password"),
            value("HOME", "/tmp"),
        ],
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => Vec::new(),
    }
}

/// Writes a dump below `/dump`. It gets its name once it has been read from its first to its last byte.
pub(super) fn script(datastore: &Datastore) -> String {
    let name = datastore.name.as_str();
    let (ending, steps) = match *datastore.kind {
        DatastoreKind::Postgres => ("dump", postgres()),
        DatastoreKind::Mysql => ("sql.gz", sql("mysqldump", " --set-gtid-purged=OFF")),
        DatastoreKind::Mariadb => ("sql.gz", sql("mariadb-dump", "")),
        DatastoreKind::Mongodb => ("archive.gz", mongo(datastore)),
        DatastoreKind::Redis => ("rdb", redis()),
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => ("", String::new()),
    };
    format!(
        "umask 077\n\
         cd /dump\n\
         name={name}-$(date -u +%Y%m%dT%H%M%SZ)\n\
         {steps}\
         test -s part\n\
         mv part \"$name.{ending}\"\n\
         sha256sum \"$name\".* >sums\n\
         mv sums \"$name.sha256\"\n"
    )
}

fn postgres() -> String {
    "pg_dump --format=custom --file=part\n\
     # A dump that was cut short still lists its contents: only reading all of it shows that it is whole.\n\
     pg_restore --file=/dev/null part\n\
     pg_dumpall --globals-only --no-role-passwords --file=\"$name.globals.sql\"\n"
        .to_owned()
}

fn sql(client: &str, more: &str) -> String {
    format!(
        "{client} --host=\"$DB_HOST\" --port=\"$DB_PORT\" --user=\"$DB_USER\" --single-transaction --quick --routines \
         --triggers --events --hex-blob --no-tablespaces{more} --result-file=whole.sql \"$DB_NAME\"\n\
         # One that was cut short can be restored without an error; only its last line tells.\n\
         case $(tail -n 1 whole.sql) in\n\
         '-- Dump completed'*) ;;\n\
         *) echo 'the dump has no end' >&2; exit 1 ;;\n\
         esac\n\
         gzip whole.sql\n\
         mv whole.sql.gz part\n"
    )
}

fn mongo(datastore: &Datastore) -> String {
    let (host, oplog) = match datastore.managed {
        Some(_) => ("$DB_HOST:$DB_PORT".to_owned(), ""),
        None => (format!("rs0/{}", mongodb::members(datastore).join(",")), " --oplog"),
    };
    let password = quotable("DB_PASSWORD");
    format!(
        "# Arguments can be read by everybody on the node; this file cannot.\n\
         printf 'password: \"%s\"\\n' {password} >/tmp/password.yaml\n\
         mongodump --config=/tmp/password.yaml --host=\"{host}\" --username=\"$DB_USER\" --authenticationDatabase=admin{oplog} \
         --gzip --archive=part\n\
         gzip -t part\n"
    )
}

fn redis() -> String {
    "redis-cli -h \"$DB_HOST\" -p \"$DB_PORT\" --rdb part\n\
     redis-check-rdb part\n"
        .to_owned()
}
