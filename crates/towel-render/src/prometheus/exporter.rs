//! What tells Prometheus about a datastore: its exporter, or the datastore itself.

use towel_model::{Datastore, DatastoreKind, Stack};

use crate::server::Server;

/// What is scraped for a datastore. The `job` of its series is the datastore's name, whatever form the exporter has:
/// a container beside each server, or one of its own called `<datastore>-exporter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exporter {
    /// Its image with a tag; none where the datastore tells by itself.
    pub(crate) image: Option<&'static str>,
    /// Where it answers.
    pub(crate) port: u16,
    /// And under which path.
    pub(crate) path: &'static str,
}

/// How an exporter's container is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Start {
    /// Arguments.
    pub(crate) arguments: Vec<String>,
    /// Environment variables; where it has no container of its own, those of the datastore.
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Exporter {
    /// None for what a provider runs and tells nobody about: a bucket.
    pub(crate) fn of(datastore: &Datastore, stack: &Stack) -> Option<Self> {
        let exporter = |image, port| Self { image: Some(image), port, path: "/metrics" };
        // These images tell by themselves.
        let itself = |port, path| Self { image: None, port, path };
        Some(match *datastore.kind {
            DatastoreKind::Postgres => exporter("quay.io/prometheuscommunity/postgres-exporter:v0.17.1", 9187),
            DatastoreKind::Mysql | DatastoreKind::Mariadb => {
                exporter("quay.io/prometheus/mysqld-exporter:v0.17.2", 9104)
            }
            DatastoreKind::Mongodb => exporter("percona/mongodb_exporter:0.44.0", 9216),
            DatastoreKind::Redis => exporter("oliver006/redis_exporter:v1.74.0", 9121),
            DatastoreKind::Rabbitmq => itself(15692, "/metrics"),
            DatastoreKind::S3 if is_managed(datastore, stack) => return None,
            DatastoreKind::S3 => itself(9000, "/minio/v2/metrics/cluster"),
        })
    }

    /// How it is started; `host` is the server's and `password` what the target puts there.
    pub(crate) fn start(datastore: &Datastore, stack: &Stack, host: &str, password: &str) -> Start {
        let server = Server::of(datastore, stack);
        let (user, address) = (server.user, format!("{host}:{}", server.port));
        let password = password.to_owned();
        let started = |arguments, variables| Start { arguments, variables };
        match *datastore.kind {
            DatastoreKind::Postgres => started(
                Vec::new(),
                vec![
                    ("DATA_SOURCE_URI", format!("{address}/{}?sslmode=disable", server.database)),
                    ("DATA_SOURCE_USER", user.to_owned()),
                    ("DATA_SOURCE_PASS", password),
                ],
            ),
            DatastoreKind::Mysql | DatastoreKind::Mariadb => started(
                vec![format!("--mysqld.address={address}"), format!("--mysqld.username={user}")],
                vec![("MYSQLD_EXPORTER_PASSWORD", password)],
            ),
            DatastoreKind::Mongodb => started(
                vec!["--collector.diagnosticdata".to_owned(), "--collector.replicasetstatus".to_owned()],
                vec![("MONGODB_URI", format!("mongodb://{user}:{password}@{address}/?authSource=admin"))],
            ),
            DatastoreKind::Redis => {
                started(Vec::new(), vec![("REDIS_ADDR", format!("redis://{address}")), ("REDIS_PASSWORD", password)])
            }
            DatastoreKind::Rabbitmq => Start::default(),
            DatastoreKind::S3 => started(Vec::new(), vec![("MINIO_PROMETHEUS_AUTH_TYPE", "public".to_owned())]),
        }
    }

    /// The name of its own container or workload, `db-exporter`; the datastore's where that tells by itself.
    pub(crate) fn host(self, datastore: &Datastore) -> String {
        match self.image {
            Some(_) => format!("{}-exporter", datastore.name.as_str()),
            None => datastore.name.to_string(),
        }
    }
}

impl Exporter {
    /// The name of its container on a single machine.
    pub(super) fn container(self, datastore: &Datastore, stack: &Stack) -> String {
        match self.image {
            Some(_) => super::place::host(stack, &self.host(datastore)),
            None => self.host(datastore),
        }
    }
}

/// Whether a provider runs it in this environment; the engine `local` runs it like any other.
pub(crate) fn is_managed(datastore: &Datastore, stack: &Stack) -> bool {
    datastore.managed.is_some() && *stack.environment.engine == towel_model::EngineKind::Kubernetes
}
