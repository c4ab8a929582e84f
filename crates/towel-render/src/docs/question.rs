//! Questions to datastores, in the language of each, and the clients that ask them.

use towel_model::DatastoreKind::{self, Mariadb, Mongodb, Mysql, Postgres, Rabbitmq, Redis, S3};

/// What to ask of a datastore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Who holds connections.
    Connections,
    /// How far replicas are.
    Replicas,
    /// Where memory went.
    Memory,
    /// Which queues are long.
    Queues,
    /// Where the space on disk went.
    Sizes,
}

/// The question in the datastore's language; of brokers, the whole command.
pub(super) const fn text(kind: DatastoreKind, question: Question) -> Option<&'static str> {
    Some(match (kind, question) {
        (Postgres, Question::Connections) => {
            "select usename, client_addr, state, count(*) from pg_stat_activity group by 1, 2, 3 order by 4 desc"
        }
        (Postgres, Question::Replicas) => "select application_name, state, replay_lag from pg_stat_replication",
        (Postgres, Question::Sizes) => {
            "select relname, pg_size_pretty(pg_total_relation_size(relid)) from pg_statio_user_tables \
             order by pg_total_relation_size(relid) desc limit 10"
        }
        (Mysql | Mariadb, Question::Connections) => "show processlist",
        (Mysql | Mariadb, Question::Sizes) => {
            "select table_name, round((data_length + index_length) / 1048576) as mib from information_schema.tables \
             order by 2 desc limit 10"
        }
        (Mongodb, Question::Connections) => "db.serverStatus().connections",
        (Mongodb, Question::Replicas) => "rs.status().members.map(m => [m.name, m.stateStr, m.optimeDate])",
        (Mongodb, Question::Sizes) => "db.adminCommand({listDatabases: 1})",
        (Redis, Question::Connections) => "info clients",
        (Redis, Question::Replicas) => "info replication",
        (Redis, Question::Memory) => "info memory",
        (Redis, Question::Sizes) => "--bigkeys",
        (Rabbitmq, Question::Connections) => "rabbitmqctl list_connections user peer_host state channels",
        (Rabbitmq, Question::Queues | Question::Sizes) => {
            "rabbitmqctl list_queues name messages_ready messages_unacknowledged consumers"
        }
        (Rabbitmq, Question::Replicas) => "rabbitmqctl cluster_status",
        (Rabbitmq, Question::Memory) => "rabbitmq-diagnostics memory_breakdown",
        (S3, _) | (Mysql | Mariadb, Question::Replicas) | (_, Question::Memory | Question::Queues) => return None,
    })
}

/// The client in the server's own container, where its account is in the environment.
pub(super) fn beside(kind: DatastoreKind, text: &str) -> String {
    match kind {
        Postgres => format!("sh -c 'psql -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -c \"{text}\"'"),
        Mysql => format!("sh -c 'MYSQL_PWD=\"$MYSQL_PASSWORD\" mysql -u \"$MYSQL_USER\" -e \"{text}\"'"),
        Mariadb => format!("sh -c 'MYSQL_PWD=\"$MARIADB_PASSWORD\" mariadb -u \"$MARIADB_USER\" -e \"{text}\"'"),
        Mongodb => {
            let account = "-u \"$MONGO_INITDB_ROOT_USERNAME\" -p \"$MONGO_INITDB_ROOT_PASSWORD\"";
            format!("sh -c 'mongosh --quiet {account} --eval \"{text}\"'")
        }
        Redis => format!("redis-cli {text}"),
        Rabbitmq | S3 => text.to_owned(),
    }
}

/// The client on a machine that has the datastore's URL; none that takes no URL.
pub(super) fn with_url(kind: DatastoreKind, url: &str, text: &str) -> Option<String> {
    match kind {
        Postgres => Some(format!("psql \"{url}\" -c \"{text}\"")),
        Mongodb => Some(format!("mongosh --quiet \"{url}\" --eval \"{text}\"")),
        Redis => Some(format!("redis-cli -u \"{url}\" {text}")),
        Mysql | Mariadb | Rabbitmq | S3 => None,
    }
}
