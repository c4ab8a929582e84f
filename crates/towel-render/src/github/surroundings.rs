//! What integration tests find around them: real datastores of the declared kind and version, and the contract's variables.

use towel_model::{
    Datastore, DatastoreField, DatastoreKind, EnvironmentField, Reference, ServiceField, Variable, VariableKind,
};

use super::component::Component;
use super::step::run;
use crate::server::Server;
use crate::yaml::Map;

/// No secret: it is new in each run and protects nothing but that run's empty datastores.
const PASSWORD: &str = "ci-${{ github.run_id }}";

/// Datastores and variables for the tests of a component.
pub(super) struct Surroundings<'a> {
    component: &'a Component<'a>,
    servers: Vec<(&'a Datastore, Server, u16)>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of(component: &'a Component<'a>) -> Self {
        let mut servers: Vec<(&Datastore, Server, u16)> = Vec::new();
        for need in component.services.iter().flat_map(|build| &build.service.needs) {
            let Some(datastore) = component.stack.datastore(need) else { continue };
            if servers.iter().any(|(other, ..)| other.name == datastore.name) {
                continue;
            }
            let mut server = Server::of(datastore, component.stack);
            let inside = server.port;
            // Two datastores of one kind cannot share the runner's port.
            while servers.iter().any(|(_, other, _)| other.port == server.port) {
                server.port += 1;
            }
            servers.push((datastore, server, inside));
        }
        Self { component, servers }
    }

    /// Containers that run beside a job and are healthy before its first step.
    pub(super) fn services(&self) -> Map {
        let mut services = Map::new();
        for (datastore, server, inside) in &self.servers {
            let Some((env, health)) = container(*datastore.kind, server) else { continue };
            let container = Map::new()
                .with("image", server.reference())
                .unless_empty("env", env)
                .with("ports", [format!("127.0.0.1:{}:{inside}", server.port)])
                .with(
                    "options",
                    format!(
                        "--health-cmd \"{health}\" --health-interval 5s --health-timeout 5s --health-retries 20 --health-start-period 5s"
                    ),
                );
            services.insert(datastore.name.to_string(), container);
        }
        services
    }

    /// What cannot run as a service container, because its image needs arguments.
    pub(super) fn steps(&self) -> Vec<Map> {
        let buckets = self.servers.iter().filter(|(datastore, ..)| *datastore.kind == DatastoreKind::S3);
        buckets.map(|(datastore, server, inside)| object_store(datastore, server, *inside)).collect()
    }

    /// The contract of the component's services, each variable once.
    pub(super) fn env(&self) -> Map {
        let mut env = Map::new();
        for build in &self.component.services {
            let service = self.component.stack.service(&build.service.name).unwrap_or(build.service);
            for variable in &service.env {
                if env.get(&variable.name).is_some() {
                    continue;
                }
                if matches!(variable.name.as_str(), "NODE_ENV" | "APP_ENV") {
                    env = tested(env, variable);
                } else if let Some(value) = self.value(variable) {
                    env.insert(variable.name.to_string(), value);
                }
            }
        }
        env
    }

    fn value(&self, variable: &Variable) -> Option<String> {
        let value = variable.value.as_ref()?;
        value.fill(|reference| Ok::<_, ()>(self.fill(reference, variable.kind))).ok()
    }

    fn fill(&self, reference: &Reference, kind: VariableKind) -> String {
        match reference {
            Reference::Version => "${{ github.sha }}".to_owned(),
            Reference::Environment(EnvironmentField::Name) => "ci".to_owned(),
            Reference::Environment(EnvironmentField::Domain) => "localhost".to_owned(),
            // Real secrets stay in environments; tests talk to nobody who would know them.
            Reference::Secret(name) => match kind {
                VariableKind::Url => format!("https://{}.invalid/", name.replace('_', "-")),
                VariableKind::Integer | VariableKind::Port => "1".to_owned(),
                VariableKind::Boolean => "false".to_owned(),
                VariableKind::Text => format!("{PASSWORD}-{name}"),
            },
            Reference::Datastore { name, field } => self.datastore(name, *field),
            Reference::Service { name, field } => self.service(name, *field),
        }
    }

    fn datastore(&self, name: &str, field: DatastoreField) -> String {
        let found = self.servers.iter().find(|(datastore, ..)| *datastore.name == name);
        let Some((datastore, server, _)) = found else { return String::new() };
        match (*datastore.kind, field) {
            // Its image takes a password as an argument only, and services have none.
            (DatastoreKind::Redis, DatastoreField::Url) => format!("redis://127.0.0.1:{}/0", server.port),
            (DatastoreKind::Redis, DatastoreField::Password) => String::new(),
            _ => server.fact(field, "127.0.0.1", PASSWORD),
        }
    }

    /// Other services are not there; tests stand in for them at these addresses.
    fn service(&self, name: &str, field: ServiceField) -> String {
        let port =
            self.component.stack.service(name).and_then(|service| service.port.as_ref()).map_or(80, |it| it.value);
        match field {
            ServiceField::Url => format!("http://127.0.0.1:{port}"),
            ServiceField::Host => "127.0.0.1".to_owned(),
            ServiceField::Port => port.to_string(),
        }
    }
}

/// Package managers leave out what tests need when they are told that this is production.
fn tested(env: Map, variable: &Variable) -> Map {
    let elsewhere = variable.value.as_ref().map_or("", |value| value.text.as_str());
    env.comment(format!("`{elsewhere}` where it is shipped.")).with(variable.name.to_string(), "test")
}

/// Variables of a datastore's container, and the command that says whether it is well.
fn container(kind: DatastoreKind, server: &Server) -> Option<(Map, String)> {
    let Server { user, database, .. } = server;
    let account = |prefix: &str| {
        Map::new()
            .with(format!("{prefix}_USER"), *user)
            .with(format!("{prefix}_PASSWORD"), PASSWORD)
            .with(format!("{prefix}_DATABASE"), database.clone())
    };
    // Servers are asked by TCP: while an image sets its data up, it answers on its socket only.
    Some(match kind {
        DatastoreKind::Postgres => (
            Map::new()
                .with("POSTGRES_USER", *user)
                .with("POSTGRES_PASSWORD", PASSWORD)
                .with("POSTGRES_DB", database.clone()),
            format!("pg_isready --host 127.0.0.1 --username {user} --dbname {database}"),
        ),
        DatastoreKind::Mysql => (
            account("MYSQL").with("MYSQL_RANDOM_ROOT_PASSWORD", "yes"),
            "mysqladmin ping --host 127.0.0.1 --silent".to_owned(),
        ),
        DatastoreKind::Mariadb => (
            account("MARIADB").with("MARIADB_RANDOM_ROOT_PASSWORD", "yes"),
            "healthcheck.sh --connect --innodb_initialized".to_owned(),
        ),
        DatastoreKind::Mongodb => (
            Map::new()
                .with("MONGO_INITDB_ROOT_USERNAME", *user)
                .with("MONGO_INITDB_ROOT_PASSWORD", PASSWORD)
                .with("MONGO_INITDB_DATABASE", database.clone()),
            "mongosh --quiet --eval 'db.runCommand({ ping: 1 }).ok'".to_owned(),
        ),
        DatastoreKind::Redis => (Map::new(), "redis-cli ping".to_owned()),
        DatastoreKind::Rabbitmq => (
            Map::new()
                .with("RABBITMQ_DEFAULT_USER", *user)
                .with("RABBITMQ_DEFAULT_PASS", PASSWORD)
                .with("RABBITMQ_DEFAULT_VHOST", database.clone()),
            "rabbitmq-diagnostics --quiet check_port_connectivity".to_owned(),
        ),
        DatastoreKind::S3 => return None,
    })
}

fn object_store(datastore: &Datastore, server: &Server, inside: u16) -> Map {
    let Server { user, port, database, .. } = server;
    let step = run(
        format!("Start {}", datastore.name.as_str()),
        format!(
            "docker run --detach --name {name} --publish 127.0.0.1:{port}:{inside} \\\n  \
             --env MINIO_ROOT_USER --env MINIO_ROOT_PASSWORD {image} server /data\n\
             for _ in $(seq 30); do\n  \
             if docker exec {name} mc ready local; then break; fi\n  \
             sleep 1\n\
             done\n\
             docker exec {name} sh -c 'mc alias set ci http://127.0.0.1:{inside} \"$MINIO_ROOT_USER\" \"$MINIO_ROOT_PASSWORD\" && mc mb ci/{database}'\n",
            name = datastore.name.as_str(),
            image = server.reference(),
        ),
    );
    step.with("env", Map::new().with("MINIO_ROOT_USER", *user).with("MINIO_ROOT_PASSWORD", PASSWORD))
}
