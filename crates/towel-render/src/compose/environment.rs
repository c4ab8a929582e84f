//! What containers find in their environment: references filled with names of this network and variables of `.env`.

use towel_model::{Ask, Datastore, EnvironmentField, Reference, Service, ServiceField, Stack, Template, Variable};

use super::artefact::is_built_here;
use super::mongodb;
use super::setting::Setting;
use crate::names::{self, is_required, password_variable, version_variable};
use crate::server::Server;
use crate::yaml::Map;

/// `${NAME:?…}`: Compose refuses to start without it.
pub(super) fn required(variable: &str) -> String {
    format!("${{{variable}:?see .env.example}}")
}

/// `${NAME:-}`: empty without it.
pub(super) fn optional(variable: &str) -> String {
    format!("${{{variable}:-}}")
}

/// Text in which Compose finds nothing to replace.
pub(super) fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// A text of the service, with its references filled.
pub(super) fn filled(setting: Setting<'_>, service: &Service, template: &Template) -> String {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            towel_model::Part::Text(part) => text.push_str(&literal(part)),
            towel_model::Part::Reference { to, .. } => text.push_str(&reference(setting, service, to)),
        }
    }
    text
}

/// The words of a command, with their references filled.
pub(super) fn command(setting: Setting<'_>, service: &Service, template: &Template) -> Vec<String> {
    crate::words::words(template).iter().map(|word| filled(setting, service, word)).collect()
}

pub(super) fn reference(setting: Setting<'_>, service: &Service, to: &Reference) -> String {
    let environment = &setting.stack.environment;
    match to {
        Reference::Version => version(setting, service),
        Reference::Environment(EnvironmentField::Name) => environment.name.to_string(),
        Reference::Environment(EnvironmentField::Domain) => domain(setting),
        Reference::Secret(name) => secret(setting, name),
        Reference::Datastore { name, field } => setting.stack.datastore(name).map_or_else(String::new, |datastore| {
            let server = Server::of(datastore, setting.stack);
            let fact = server.fact(*field, &hosts(setting, datastore), &password(datastore));
            mongodb::with_set(datastore, *field, fact)
        }),
        Reference::Service { name, field } => of_service(setting, name, *field),
    }
}

/// What `${env.domain}` stands for on this machine.
pub(super) fn domain(setting: Setting<'_>) -> String {
    setting.stack.environment.domain_or_localhost().unwrap_or("localhost").to_owned()
}

/// The password of a datastore's account.
pub(super) fn password(datastore: &Datastore) -> String {
    required(&password_variable(&datastore.name))
}

fn version(setting: Setting<'_>, service: &Service) -> String {
    let variable = version_variable(&service.name);
    // Which version is built here is for the sources to say; there is one anyway.
    if is_built_here(setting.stack, service) { format!("${{{variable}:-dev}}") } else { required(&variable) }
}

/// A secret that only other environments must have may be empty here.
fn secret(setting: Setting<'_>, name: &str) -> String {
    let declared = setting.stack.secrets.iter().find(|secret| *secret.name == name);
    let elsewhere =
        declared.is_some_and(|secret| !secret.required_in.is_empty() && !is_required(setting.stack, secret));
    let variable = names::variable(name);
    if elsewhere { optional(&variable) } else { required(&variable) }
}

/// The host of a datastore; of a set, all of its members.
fn hosts(setting: Setting<'_>, datastore: &Datastore) -> String {
    let members = mongodb::members(setting, datastore);
    let port = Server::of(datastore, setting.stack).port;
    match members.split_last() {
        Some((last, others)) => others.iter().map(|member| format!("{member}:{port},")).collect::<String>() + last,
        None => datastore.name.to_string(),
    }
}

fn of_service(setting: Setting<'_>, name: &str, field: ServiceField) -> String {
    let port = setting.stack.service(name).and_then(|service| service.port.as_ref()).map(|port| port.value);
    let colon_port = port.map_or_else(String::new, |port| format!(":{port}"));
    match field {
        ServiceField::Url => format!("http://{name}{colon_port}"),
        ServiceField::Host => name.to_owned(),
        ServiceField::Port => port.map_or_else(String::new, |port| port.to_string()),
    }
}

/// The whole environment of a service's container.
pub(super) fn variables(setting: Setting<'_>, service: &Service) -> Map {
    let declared = |name: &str| service.env.iter().any(|variable| *variable.name == name);
    let mut map = Map::new();
    if let Some(port) = service.port.as_ref().filter(|_| !declared("PORT")) {
        map.insert("PORT", port.to_string());
    }
    if service.port.is_some() && !declared("HOST") {
        // Listening on 127.0.0.1, nobody outside of the container could reach it.
        map.insert("HOST", "0.0.0.0");
    }
    for variable in &service.env {
        map.insert(variable.name.to_string(), value(setting, service, variable));
    }
    map
}

fn value(setting: Setting<'_>, service: &Service, variable: &Variable) -> String {
    match &variable.value {
        Some(template) => filled(setting, service, template),
        // Only its name and type are in the file; its value is in `.env`.
        None if is_wanted(setting, variable) => required(&variable.name),
        None => optional(&variable.name),
    }
}

fn is_wanted(setting: Setting<'_>, variable: &Variable) -> bool {
    let environment = &setting.stack.environment;
    let here = |place: &str| place == environment.name.as_str() || place == environment.class.name();
    variable.required_in.iter().any(|place| here(place))
}

/// Every text of the service that stands in its containers with its references filled.
pub(crate) fn templates<'a>(stack: &Stack, service: &'a Service) -> impl Iterator<Item = &'a Template> {
    let image = service.image.as_ref().filter(|_| !is_built_here(stack, service)).map(|image| &image.value);
    let values = service.env.iter().filter_map(|variable| variable.value.as_ref()).map(|value| &value.value);
    let hooks = service.rollout.before.iter().map(|hook| &hook.run.value);
    let probe = super::health::probe(service).and_then(|probe| match &probe.ask {
        Ask::Run(command) => Some(command),
        Ask::Http(_) | Ask::Tcp => None,
    });
    image.into_iter().chain(values).chain(hooks).chain(probe)
}
