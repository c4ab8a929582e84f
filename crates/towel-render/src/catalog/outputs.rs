//! What Score's resources give: where a reference of `towel.yaml` finds its value.

use towel_model::{
    Datastore, DatastoreField, DatastoreKind, EnvironmentField, Part, Reference, ServiceField, Stack, Template,
};

use crate::names;
use crate::server::Server;

/// Values that the platform brings: secrets, and what differs between environments. No datastore or service is called so.
pub(super) const ENVIRONMENT: &str = "env";

/// A text of `towel.yaml` as Score says it.
pub(super) fn text(template: &Template, stack: &Stack, service: &str) -> String {
    let parts = template.parts.iter().map(|part| match part {
        // One dollar sign is written as two.
        Part::Text(text) => text.replace('$', "$$"),
        Part::Reference { to, .. } => reference(to, stack, service),
    });
    parts.collect()
}

fn reference(to: &Reference, stack: &Stack, service: &str) -> String {
    match to {
        Reference::Version => environment(&names::version_variable(service)),
        Reference::Environment(EnvironmentField::Name) => environment("ENVIRONMENT"),
        Reference::Environment(EnvironmentField::Domain) => environment("DOMAIN"),
        Reference::Secret(secret) => environment(&names::variable(secret)),
        Reference::Datastore { name, field } => {
            stack.datastore(name).map_or_else(String::new, |datastore| of_datastore(datastore, stack, *field))
        }
        Reference::Service { name, field } => match field {
            ServiceField::Url => format!("http://{}:{}", output(name, "hostname"), output(name, "port")),
            ServiceField::Host => output(name, "hostname"),
            ServiceField::Port => output(name, "port"),
        },
    }
}

fn environment(variable: &str) -> String {
    output(ENVIRONMENT, variable)
}

fn output(named: &str, output: &str) -> String {
    format!("${{resources.{}.{output}}}", resource(named))
}

/// The name of the resource that a service or datastore is. Score wants two characters at least.
pub(super) fn resource(name: &str) -> String {
    if name.len() < 2 { format!("{name}-resource") } else { name.to_owned() }
}

/// The type of resource that a datastore is to Score.
pub(super) const fn kind(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "postgres",
        DatastoreKind::Mysql | DatastoreKind::Mariadb => "mysql",
        DatastoreKind::Mongodb => "mongodb",
        DatastoreKind::Redis => "redis",
        DatastoreKind::Rabbitmq => "amqp",
        DatastoreKind::S3 => "s3",
    }
}

fn of_datastore(datastore: &Datastore, stack: &Stack, field: DatastoreField) -> String {
    let (name, server) = (datastore.name.as_str(), Server::of(datastore, stack));
    let of = |output_name: &str| output(name, output_name);
    let bucket = *datastore.kind == DatastoreKind::S3;
    match field {
        DatastoreField::Url if bucket => of("endpoint"),
        DatastoreField::Host if bucket => of("host"),
        DatastoreField::User if bucket => of("access_key_id"),
        DatastoreField::Password if bucket => of("secret_key"),
        DatastoreField::Name if bucket => of("bucket"),
        DatastoreField::Host => of("host"),
        DatastoreField::Port => of("port"),
        DatastoreField::User => of("username"),
        DatastoreField::Password => of("password"),
        DatastoreField::Name => database(datastore, &server),
        DatastoreField::Url => {
            let suffix = if *datastore.kind == DatastoreKind::Mongodb { "?authSource=admin" } else { "" };
            let account = format!("{}:{}", of("username"), of("password"));
            let place = format!("{}:{}", of("host"), of("port"));
            format!("{}://{account}@{place}/{}{suffix}", server.scheme, database(datastore, &server))
        }
    }
}

/// Where the resource tells its database; others have one under a name that is known beforehand.
fn database(datastore: &Datastore, server: &Server) -> String {
    let name = datastore.name.as_str();
    match *datastore.kind {
        DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb => output(name, "name"),
        DatastoreKind::Rabbitmq => output(name, "vhost"),
        DatastoreKind::Mongodb | DatastoreKind::Redis | DatastoreKind::S3 => server.database.clone(),
    }
}
