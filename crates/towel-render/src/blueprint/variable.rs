//! Environment variables in Render's ways: values, generated ones, ones that are asked for, and facts of other parts.

use std::collections::HashMap;

use towel_model::{DatastoreField, DatastoreKind, Part, Reference, Service, ServiceField, Stack, Variable};

use super::host::{has_server, host, kind, known, name, runs, says_version};
use crate::server::Server;
use crate::yaml::Map;

/// How Render gets at a variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// It is known.
    Value(String),
    /// Render makes it.
    Generated,
    /// The group that holds a generated secret which several services share.
    Group(String),
    /// A person is asked for it when the blueprint is first applied.
    Asked,
    /// A fact of a database.
    Database { name: String, property: &'static str },
    /// A fact or a variable of a service.
    Service { kind: &'static str, name: String, fact: Fact },
    /// There is none: Render says the version by its own variable.
    Nothing,
}

/// What is taken of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    Property(&'static str),
    Variable(String),
}

/// All variables of a service.
pub(super) fn variables(stack: &Stack, service: &Service, users: &Users<'_>) -> Vec<Map> {
    let mut variables = Vec::new();
    let declared = |name: &str| service.env.iter().any(|variable| *variable.name == name);
    if let Some(port) = service.port.as_ref().filter(|_| !declared("PORT")) {
        // Without it, Render expects the service at port 10000.
        variables.push(Map::new().with("key", "PORT").with("value", port.to_string()));
    }
    for variable in &service.env {
        variables.extend(entry(&variable.name, &source(stack, service, variable, users)));
    }
    variables
}

fn entry(key: &str, source: &Source) -> Option<Map> {
    let entry = Map::new().with("key", key.to_owned());
    Some(match source {
        Source::Value(value) => entry.with("value", value.clone()),
        Source::Generated => entry.with("generateValue", true),
        Source::Group(group) => Map::new().with("fromGroup", group.clone()),
        Source::Asked => entry.with("sync", false),
        Source::Database { name, property } => {
            entry.with("fromDatabase", Map::new().with("name", name.clone()).with("property", *property))
        }
        Source::Service { kind, name, fact } => {
            let from = Map::new().with("type", *kind).with("name", name.clone());
            entry.with(
                "fromService",
                match fact {
                    Fact::Property(property) => from.with("property", *property),
                    Fact::Variable(variable) => from.with("envVarKey", variable.clone()),
                },
            )
        }
        Source::Nothing => return None,
    })
}

pub(super) fn source(stack: &Stack, service: &Service, variable: &Variable, users: &Users<'_>) -> Source {
    let Some(template) = &variable.value else { return Source::Asked };
    if let Ok(value) = template.fill(|to| public(stack, to).ok_or(())) {
        return Source::Value(value);
    }
    match template.parts.as_slice() {
        [Part::Reference { to: Reference::Secret(secret), .. }] => {
            of_secret(stack, service, variable, secret, users.of_secret(secret))
        }
        [Part::Reference { to, .. }] => of_reference(stack, to),
        _ if says_version(template) => Source::Nothing,
        // Render does not put values together.
        _ => Source::Asked,
    }
}

/// What can be written down: facts of the environment, and addresses of what is exposed.
fn public(stack: &Stack, to: &Reference) -> Option<String> {
    match to {
        Reference::Service { name, field } => {
            let exposed = stack.service(name).filter(|other| runs(other))?;
            let host = host(stack, exposed)?;
            Some(match field {
                ServiceField::Url => format!("https://{host}"),
                ServiceField::Host => host,
                ServiceField::Port => "443".to_owned(),
            })
        }
        other => known(stack, other),
    }
}

fn of_reference(stack: &Stack, to: &Reference) -> Source {
    match to {
        Reference::Version => Source::Nothing,
        Reference::Environment(_) | Reference::Secret(_) => Source::Asked,
        Reference::Datastore { name, field } => of_datastore(stack, name, *field),
        Reference::Service { name, field } => match stack.service(name).filter(|other| runs(other)) {
            Some(other) => Source::Service {
                kind: kind(other),
                name: super::host::name(stack, name),
                fact: Fact::Property(match field {
                    // There is no property with the scheme.
                    ServiceField::Url => "hostport",
                    ServiceField::Host => "host",
                    ServiceField::Port => "port",
                }),
            },
            None => Source::Asked,
        },
    }
}

/// The first service that uses a secret keeps it, the others take it from there; a generated one that all call by the same
/// name is kept in a group.
fn of_secret(
    stack: &Stack,
    service: &Service,
    variable: &Variable,
    secret: &str,
    users: &[(&Service, &str)],
) -> Source {
    let generated = stack.secrets.iter().any(|other| *other.name == secret && other.generate.is_some());
    if generated && is_shared(users) {
        return Source::Group(group(stack, secret));
    }
    match users.first() {
        Some((first, key)) if first.name != service.name || *key != variable.name.as_str() => Source::Service {
            kind: kind(first),
            name: name(stack, &first.name),
            fact: Fact::Variable((*key).to_owned()),
        },
        _ if generated => Source::Generated,
        _ => Source::Asked,
    }
}

/// For each secret the services that have a variable which is that secret and nothing else, with the variable's name.
pub(super) struct Users<'a>(HashMap<&'a str, Vec<(&'a Service, &'a str)>>);

impl<'a> Users<'a> {
    pub(super) fn of(stack: &'a Stack) -> Self {
        let mut users: HashMap<&str, Vec<(&Service, &str)>> = HashMap::new();
        for service in stack.services.iter().filter(|service| runs(service)) {
            for variable in &service.env {
                let parts = variable.value.as_ref().map(|value| value.parts.as_slice());
                if let Some([Part::Reference { to: Reference::Secret(secret), .. }]) = parts {
                    users.entry(secret).or_default().push((service, variable.name.as_str()));
                }
            }
        }
        Self(users)
    }

    fn of_secret(&self, secret: &str) -> &[(&'a Service, &'a str)] {
        self.0.get(secret).map_or(&[], Vec::as_slice)
    }
}

fn is_shared(users: &[(&Service, &str)]) -> bool {
    users.len() > 1 && users.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if one == other))
}

fn group(stack: &Stack, secret: &str) -> String {
    name(stack, &secret.replace('_', "-").to_ascii_lowercase())
}

/// Groups of generated secrets that several services share.
pub(super) fn groups(stack: &Stack, users: &Users<'_>) -> Vec<Map> {
    let generated = stack.secrets.iter().filter(|secret| secret.generate.is_some());
    let mut groups = Vec::new();
    for secret in generated {
        let users = users.of_secret(&secret.name);
        if let Some((_, key)) = users.first().filter(|_| is_shared(users)) {
            let variable = Map::new().with("key", (*key).to_owned()).with("generateValue", true);
            groups.push(Map::new().with("name", group(stack, &secret.name)).with("envVars", [variable]));
        }
    }
    groups
}

fn of_datastore(stack: &Stack, name: &str, field: DatastoreField) -> Source {
    let Some(datastore) = stack.datastore(name).filter(|datastore| has_server(datastore)) else { return Source::Asked };
    let server = Server::of(datastore, stack);
    let name = super::host::name(stack, name);
    if *datastore.kind == DatastoreKind::Postgres {
        let property = match field {
            DatastoreField::Url => "connectionString",
            DatastoreField::Host => "host",
            DatastoreField::Port => "port",
            DatastoreField::User => "user",
            DatastoreField::Password => "password",
            DatastoreField::Name => "database",
        };
        return Source::Database { name, property };
    }
    let property = match field {
        DatastoreField::Url => "connectionString",
        DatastoreField::Host => "host",
        DatastoreField::Port => "port",
        DatastoreField::User => return Source::Value(server.user.to_owned()),
        DatastoreField::Name => return Source::Value(server.database),
        // Within the private network, Render's Key Value asks for none.
        DatastoreField::Password => return Source::Value(String::new()),
    };
    Source::Service { kind: "keyvalue", name, fact: Fact::Property(property) }
}
