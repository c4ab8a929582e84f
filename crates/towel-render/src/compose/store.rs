//! Datastores as containers: the account, the data's volume, and a health check that asks what a client would ask.

use towel_model::{Datastore, DatastoreKind};

use super::environment::password;
use super::setting::Setting;
use super::workload::{bounded, restart};
use super::{mongodb, needs, workload};
use crate::server::{Server, major};
use crate::yaml::{Map, Yaml};

/// The containers of a datastore, by name.
pub(super) fn containers(setting: Setting<'_>, datastore: &Datastore) -> Vec<(String, Map)> {
    let name = datastore.name.as_str();
    if mongodb::is_set(datastore) {
        let members = mongodb::members(setting, datastore);
        let mut containers: Vec<(String, Map)> =
            members.iter().map(|member| (member.clone(), server(setting, datastore, member))).collect();
        containers.push((mongodb::initiation(setting, datastore), mongodb::initiator(setting, datastore)));
        return containers;
    }
    let mut containers = vec![(name.to_owned(), server(setting, datastore, name))];
    if *datastore.kind == DatastoreKind::S3 {
        containers.push((bucket_maker(setting, datastore), make_bucket(setting, datastore)));
    }
    containers
}

/// The volumes of a datastore, which are called like its containers.
pub(super) fn volumes(setting: Setting<'_>, datastore: &Datastore) -> Vec<String> {
    let members = mongodb::members(setting, datastore);
    if members.is_empty() { vec![datastore.name.to_string()] } else { members }
}

/// Name of the container that makes the bucket.
pub(super) fn bucket_maker(setting: Setting<'_>, datastore: &Datastore) -> String {
    setting.unused(&format!("{}-bucket", datastore.name.as_str()))
}

fn server(setting: Setting<'_>, datastore: &Datastore, name: &str) -> Map {
    let kind = *datastore.kind;
    let server = Server::of(datastore, setting.stack);
    let container = with_parts(Map::new().with("image", image(setting, kind, &server)), own(datastore, &server, name));
    let container = container
        .with("volumes", [format!("{name}:{}", server.data)])
        .unless_empty("tmpfs", scratch(kind))
        .unless_empty("ports", super::admin::console_ports(setting, datastore))
        .with("healthcheck", health(datastore, &server, name))
        .with("networks", networks(setting, kind))
        // Long enough to write everything down.
        .with("stop_grace_period", "1m")
        .with("restart", restart(setting));
    bounded(rights(container, kind, &server))
}

/// The rest of a container that only this kind has.
fn with_parts(mut container: Map, parts: Vec<(&'static str, Yaml)>) -> Map {
    parts.into_iter().for_each(|(key, value)| container.insert(key, value));
    container
}

/// What its console needs is in another image of the broker.
fn image(setting: Setting<'_>, kind: DatastoreKind, server: &Server) -> String {
    let has_console = kind == DatastoreKind::Rabbitmq && setting.is_for_developers();
    if has_console { format!("{}-management", server.reference()) } else { server.reference() }
}

/// Consoles are reached from this machine, which `data` does not allow.
fn networks(setting: Setting<'_>, kind: DatastoreKind) -> Yaml {
    let has_console = matches!(kind, DatastoreKind::Rabbitmq | DatastoreKind::S3) && setting.is_for_developers();
    if has_console { Yaml::row(["data", "edge"]) } else { Yaml::row(["data"]) }
}

/// Account, settings and command of a kind.
fn own(datastore: &Datastore, server: &Server, name: &str) -> Vec<(&'static str, Yaml)> {
    let (user, database, password) = (server.user, server.database.clone(), password(datastore));
    let account = |names: [&'static str; 3]| {
        let [of_user, of_password, of_database] = names;
        Map::new().with(of_user, user).with(of_password, password.clone()).with(of_database, database.clone())
    };
    let flag = |flag: &str| datastore.max_connections.as_ref().map(|most| format!("{flag}{}", most.value));
    let command = |words: Vec<String>| ("command", Yaml::row(words));
    match *datastore.kind {
        DatastoreKind::Postgres => {
            let environment = account(["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"]);
            let mut parts = vec![("environment", environment.into()), ("shm_size", Yaml::text("128m"))];
            let most = flag("max_connections=");
            parts.extend(most.map(|most| command(vec!["postgres".to_owned(), "-c".to_owned(), most])));
            parts
        }
        DatastoreKind::Mysql => {
            let environment = account(["MYSQL_USER", "MYSQL_PASSWORD", "MYSQL_DATABASE"]);
            let environment = environment.with("MYSQL_ROOT_PASSWORD", password);
            with_command(environment, flag("--max-connections="), "mysqld")
        }
        DatastoreKind::Mariadb => {
            let environment = account(["MARIADB_USER", "MARIADB_PASSWORD", "MARIADB_DATABASE"]);
            let environment = environment.with("MARIADB_ROOT_PASSWORD", password);
            with_command(environment, flag("--max-connections="), "mariadbd")
        }
        DatastoreKind::Mongodb if mongodb::is_set(datastore) => {
            mongodb::member(name == datastore.name.as_str(), datastore)
        }
        DatastoreKind::Mongodb => {
            let environment =
                Map::new().with("MONGO_INITDB_ROOT_USERNAME", user).with("MONGO_INITDB_ROOT_PASSWORD", password);
            let most = datastore.max_connections.as_ref().map(|most| format!("--maxConns={}", most.value));
            with_command(environment, most, "mongod")
        }
        DatastoreKind::Redis => redis(datastore, password),
        DatastoreKind::Rabbitmq => {
            let environment = account(["RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_VHOST"]);
            // The broker's data carries the host's name.
            vec![("hostname", Yaml::from(name.to_owned())), ("environment", environment.into())]
        }
        DatastoreKind::S3 => {
            let environment = Map::new().with("MINIO_ROOT_USER", user).with("MINIO_ROOT_PASSWORD", password);
            vec![
                ("command", Yaml::row(["server", server.data, "--console-address", ":9001"])),
                ("environment", environment.into()),
            ]
        }
    }
}

fn with_command(environment: Map, argument: Option<String>, program: &str) -> Vec<(&'static str, Yaml)> {
    let command = argument.map(|argument| ("command", Yaml::row([program.to_owned(), argument])));
    std::iter::once(("environment", environment.into())).chain(command).collect()
}

/// The password goes by a file: among the arguments, every process could read it.
fn redis(datastore: &Datastore, password: String) -> Vec<(&'static str, Yaml)> {
    let most =
        datastore.max_connections.as_ref().map_or_else(String::new, |most| format!(" --maxclients {}", most.value));
    let script = format!(
        "umask 077\n\
         printf 'requirepass \"%s\"\\n' \"$$REDISCLI_AUTH\" > /tmp/redis.conf\n\
         exec redis-server /tmp/redis.conf --dir /data --appendonly yes{most}\n"
    );
    vec![
        ("command", Yaml::list([Yaml::text("sh"), Yaml::text("-c"), script.into()])),
        ("environment", Map::new().with("REDISCLI_AUTH", password).into()),
    ]
}

/// A question to which only a server that serves gives an answer. It goes by TCP: while the image prepares the data, its
/// servers listen on a socket alone.
fn health(datastore: &Datastore, server: &Server, name: &str) -> Map {
    let Server { user, database, tag, .. } = server;
    let shell = |command: String| Yaml::row(["CMD-SHELL".to_owned(), command]);
    let (test, every, within) = match *datastore.kind {
        DatastoreKind::Postgres => {
            let words =
                ["CMD", "psql", "--host=127.0.0.1", "--username", user, "--dbname", database, "--command", "select 1"];
            (Yaml::row(words.map(str::to_owned)), "5s", "5s")
        }
        DatastoreKind::Mysql | DatastoreKind::Mariadb => {
            let client = if *datastore.kind == DatastoreKind::Mysql { "mysql" } else { "mariadb" };
            let variable = if client == "mysql" { "MYSQL_PASSWORD" } else { "MARIADB_PASSWORD" };
            let query = format!("--host=127.0.0.1 --user={user} --execute='select 1' {database}");
            (shell(format!("MYSQL_PWD=\"$${variable}\" {client} {query}")), "5s", "5s")
        }
        DatastoreKind::Mongodb => {
            let client = if major(tag).is_some_and(|major| major < 5) { "mongo" } else { "mongosh" };
            let question = "quit(db.adminCommand({ ping: 1 }).ok === 1 ? 0 : 1)";
            let words = ["CMD", client, "--quiet", "--host", name, "--eval", question];
            (Yaml::row(words.map(str::to_owned)), "10s", "10s")
        }
        DatastoreKind::Redis => (shell("redis-cli ping | grep -q PONG".to_owned()), "5s", "3s"),
        DatastoreKind::Rabbitmq => {
            (Yaml::row(["CMD", "rabbitmq-diagnostics", "--quiet", "check_port_connectivity"]), "10s", "10s")
        }
        DatastoreKind::S3 => (Yaml::row(["CMD", "mc", "ready", "local"]), "5s", "5s"),
    };
    Map::new()
        .with("test", test)
        .with("interval", every)
        .with("timeout", within)
        .with("retries", 5_u32)
        .with("start_period", "1m")
}

/// Folders that may be forgotten.
fn scratch(kind: DatastoreKind) -> Yaml {
    match kind {
        DatastoreKind::Postgres => workload::scratch(&["/tmp", "/var/run/postgresql"]),
        DatastoreKind::Mysql => workload::scratch(&["/tmp", "/var/run/mysqld"]),
        DatastoreKind::Mariadb => workload::scratch(&["/tmp", "/run/mysqld"]),
        // Without it, Docker would make a volume without a name for the image's second folder.
        DatastoreKind::Mongodb => workload::scratch(&["/tmp", "/data/configdb"]),
        DatastoreKind::Redis => workload::scratch(&["/tmp"]),
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => workload::scratch(&[]),
    }
}

/// Servers run as the user to whom their image gives the data, and with no other rights.
fn rights(container: Map, kind: DatastoreKind, server: &Server) -> Map {
    let container = match kind {
        // Its image prepares no folder for another user than root.
        DatastoreKind::S3 => container,
        _ => container.with("user", format!("{0}:{0}", server.uid)),
    };
    let container = match kind {
        DatastoreKind::Postgres | DatastoreKind::Redis => container.with("read_only", true),
        _ => container,
    };
    container.with("cap_drop", Yaml::row(["ALL"])).with("security_opt", Yaml::row(["no-new-privileges:true"]))
}

fn make_bucket(setting: Setting<'_>, datastore: &Datastore) -> Map {
    let server = Server::of(datastore, setting.stack);
    let name = datastore.name.as_str();
    let script = format!(
        "mc alias set store http://{name}:{} \"$$MINIO_ROOT_USER\" \"$$MINIO_ROOT_PASSWORD\" &&\n\
         mc mb --ignore-existing store/{}\n",
        server.port, server.database
    );
    let account = Map::new().with("MINIO_ROOT_USER", server.user).with("MINIO_ROOT_PASSWORD", password(datastore));
    bounded(
        Map::new()
            .with("image", server.reference())
            .with("entrypoint", Yaml::list([Yaml::text("sh"), Yaml::text("-c"), script.into()]))
            .with("environment", account)
            .with("depends_on", needs::depends_on(needs::healthy([name.to_owned()])))
            .with("networks", Yaml::row(["data"]))
            .with("restart", "on-failure")
            .with("cap_drop", Yaml::row(["ALL"]))
            .with("security_opt", Yaml::row(["no-new-privileges:true"])),
    )
}
