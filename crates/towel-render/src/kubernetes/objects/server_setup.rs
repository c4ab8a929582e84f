//! How the official image of a datastore is told what it is to be: command, variables, folders, questions.

use k8s_openapi::api::core::v1::{EnvVar, Probe};
use towel_model::{Datastore, DatastoreKind};

use super::scene::Scene;
use super::shorthand::{from_secret, value};
use super::{mongodb, probe};
use crate::names;
use crate::server::{Server, major};

/// What differs from one kind of datastore to the next.
pub(super) struct Setup {
    /// In place of the image's own command; none keeps it.
    pub(super) command: Vec<String>,
    /// Arguments of the command.
    pub(super) args: Vec<String>,
    pub(super) env: Vec<EnvVar>,
    /// Folders that have to be writable besides the data's.
    pub(super) scratch: Vec<&'static str>,
    /// A folder of the volume; none for all of it.
    pub(super) folder: Option<&'static str>,
    /// A question that only a server that works can answer.
    pub(super) ready: Probe,
}

impl Setup {
    pub(super) fn of(scene: &Scene<'_>, datastore: &Datastore, server: &Server) -> Self {
        let kind = *datastore.kind;
        let limit = datastore.max_connections.as_ref().map(|most| most.value);
        let mut setup = Self {
            command: Vec::new(),
            args: Vec::new(),
            env: account(datastore, kind),
            scratch: scratch(kind),
            folder: None,
            ready: probe::execute(question(kind)),
        };
        match kind {
            DatastoreKind::Postgres => {
                setup.args = limit.map(|limit| format!("--max-connections={limit}")).into_iter().collect();
                // The root of a volume holds `lost+found`, and PostgreSQL wants an empty folder.
                if major(&server.tag).is_none_or(|major| major < 18) {
                    setup.env.push(value("PGDATA", format!("{}/pgdata", server.data)));
                }
            }
            DatastoreKind::Mysql | DatastoreKind::Mariadb => {
                setup.args = limit.map(|limit| format!("--max-connections={limit}")).into_iter().collect();
                setup.folder = Some("data");
            }
            DatastoreKind::Mongodb => setup.command = shell(&mongodb::start(limit)),
            DatastoreKind::Redis => setup.command = shell(&redis(limit)),
            DatastoreKind::Rabbitmq => setup.slower(),
            DatastoreKind::S3 => {
                setup.command = shell(&format!(
                    "# A folder of the first level is a bucket.\nmkdir -p \"/data/{}\"\nexec minio server /data\n",
                    scene.server(datastore).database
                ));
                setup.ready = probe::get("/minio/health/ready", "main");
            }
        }
        if kind == DatastoreKind::Mongodb {
            setup.slower();
        }
        setup
    }

    /// Its client takes a second or two to start.
    fn slower(&mut self) {
        self.ready.period_seconds = Some(20);
        self.ready.timeout_seconds = Some(15);
    }
}

pub(super) fn shell(script: &str) -> Vec<String> {
    ["sh", "-euc", script].map(str::to_owned).to_vec()
}

/// The value of a variable as it may stand between double quotes.
pub(super) fn quotable(variable: &str) -> String {
    format!("\"$(printf %s \"${variable}\" | sed 's/[\\\\\"]/\\\\&/g')\"")
}

/// Its password stays out of the command line, which everybody on the node can read.
fn redis(limit: Option<u32>) -> String {
    let password = quotable("REDISCLI_AUTH");
    let clients = limit.map(|limit| format!(" --maxclients {limit}")).unwrap_or_default();
    format!(
        "umask 077\n\
         # Arguments can be read by everybody on the node; this file cannot.\n\
         printf 'requirepass \"%s\"\\n' {password} >/tmp/redis.conf\n\
         exec redis-server /tmp/redis.conf --dir /data --appendonly yes{clients}\n"
    )
}

/// The variables from which the image makes the account that services use.
fn account(datastore: &Datastore, kind: DatastoreKind) -> Vec<EnvVar> {
    let secret = |name: &str, key: &str| from_secret(name, names::credentials_object(&datastore.name), key, true);
    let three = |user: &str, password: &str, name: &str| {
        vec![secret(user, "user"), secret(password, "password"), secret(name, "name")]
    };
    match kind {
        DatastoreKind::Postgres => three("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"),
        DatastoreKind::Mysql => {
            let mut env = three("MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_DATABASE");
            env.extend([secret("MYSQL_ROOT_PASSWORD", "password"), value("MYSQL_ROOT_HOST", "localhost")]);
            env
        }
        DatastoreKind::Mariadb => {
            let mut env = three("MARIADB_USER", "MARIADB_PASSWORD", "MARIADB_DATABASE");
            env.extend([secret("MARIADB_ROOT_PASSWORD", "password"), value("MARIADB_ROOT_HOST", "localhost")]);
            env
        }
        DatastoreKind::Mongodb => {
            let mut env = three("MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD", "MONGO_INITDB_DATABASE");
            env.push(value("HOME", "/tmp"));
            env
        }
        DatastoreKind::Redis => vec![secret("REDISCLI_AUTH", "password")],
        DatastoreKind::Rabbitmq => three("RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_VHOST"),
        DatastoreKind::S3 => {
            vec![secret("MINIO_ROOT_USER", "user"), secret("MINIO_ROOT_PASSWORD", "password"), value("HOME", "/tmp")]
        }
    }
}

fn scratch(kind: DatastoreKind) -> Vec<&'static str> {
    match kind {
        DatastoreKind::Postgres => vec!["/tmp", "/var/run/postgresql"],
        DatastoreKind::Mysql => vec!["/tmp", "/var/run/mysqld"],
        DatastoreKind::Mariadb => vec!["/tmp", "/run/mysqld"],
        DatastoreKind::Mongodb | DatastoreKind::Redis | DatastoreKind::Rabbitmq | DatastoreKind::S3 => vec!["/tmp"],
    }
}

/// What only a server that works can answer, asked by the client in its own image.
fn question(kind: DatastoreKind) -> Vec<String> {
    let command: [&str; 3] = match kind {
        DatastoreKind::Postgres => {
            ["sh", "-c", "psql --username=\"$POSTGRES_USER\" --dbname=\"$POSTGRES_DB\" --command='SELECT 1'"]
        }
        DatastoreKind::Mysql => [
            "sh",
            "-c",
            "MYSQL_PWD=\"$MYSQL_PASSWORD\" mysql --host=127.0.0.1 --user=\"$MYSQL_USER\" --execute='SELECT 1'",
        ],
        DatastoreKind::Mariadb => [
            "sh",
            "-c",
            "MYSQL_PWD=\"$MARIADB_PASSWORD\" mariadb --host=127.0.0.1 --user=\"$MARIADB_USER\" --execute='SELECT 1'",
        ],
        DatastoreKind::Mongodb => [
            "sh",
            "-c",
            "mongosh --quiet --eval 'const it = db.hello(); quit(it.isWritablePrimary || it.secondary ? 0 : 1)'",
        ],
        DatastoreKind::Redis => ["sh", "-c", "test \"$(redis-cli ping)\" = PONG"],
        DatastoreKind::Rabbitmq => ["rabbitmq-diagnostics", "--quiet", "check_port_connectivity"],
        DatastoreKind::S3 => ["true", "", ""],
    };
    command.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
