//! Environment variables: plain ones for a ConfigMap, the others as references to Secrets.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::EnvVar;
use towel_model::{DatastoreField, Part, Reference, Service, Stack, Template, Variable};

use super::scene::Scene;
use super::shorthand::{from_label, from_secret, value};
use crate::names;

/// What an image's tag is until a version is deployed. No registry has it, so that what is applied without a version
/// fails to start beside what runs, and never starts something else.
pub(super) const UNRELEASED: &str = "unreleased";

/// Holds the version of a pod whose variables ask for it.
pub(super) const VERSION_LABEL: &str = "app.kubernetes.io/version";

/// The variables of a service.
#[derive(Default)]
pub(super) struct Variables {
    /// Known now and no secrets.
    pub(super) plain: BTreeMap<String, String>,
    /// Taken from elsewhere when a pod starts; each after those that it is made from.
    pub(super) taken: Vec<EnvVar>,
}

/// The ConfigMap with a service's plain variables. What applies it appends a hash of what is in it: a changed
/// variable is a new ConfigMap, so pods roll, and a pod that starts again gets what its version was released with.
pub(crate) fn config_name(service: &str) -> String {
    format!("{service}-env")
}

/// A service's image before any version of it is deployed.
pub(crate) fn image(stack: &Stack, service: &Service) -> String {
    let scene_free = |to: &Reference| match to {
        Reference::Version => Some(UNRELEASED.to_owned()),
        Reference::Environment(towel_model::EnvironmentField::Name) => Some(stack.environment.name.to_string()),
        Reference::Environment(towel_model::EnvironmentField::Domain) => {
            stack.environment.domain_or_localhost().map(str::to_owned)
        }
        Reference::Secret(_) | Reference::Datastore { .. } | Reference::Service { .. } => None,
    };
    let image = service.image.as_ref();
    image.and_then(|image| image.fill(|to| scene_free(to).ok_or(())).ok()).unwrap_or_default()
}

/// Whether a variable's value is known before a deploy and no secret.
pub(crate) fn is_plain(value: &Template) -> bool {
    value.references().all(|(to, _)| matches!(to, Reference::Environment(_) | Reference::Service { .. }))
}

/// Whether a text around a secret exists that may be missing: all of it fails to start then.
pub(crate) fn mixes_optional_secret(stack: &Stack, service: &Service) -> bool {
    service.env.iter().any(|variable| {
        let Some(value) = variable.value.as_ref().filter(|value| value.parts.len() > 1) else { return false };
        let mut secrets = value.references().filter_map(|(to, _)| match to {
            Reference::Secret(name) => Some(name),
            _ => None,
        });
        secrets.any(|name| !is_required(stack, variable, name))
    })
}

impl Variables {
    pub(super) fn of(scene: &Scene<'_>, service: &Service) -> Self {
        let mut variables = Self::default();
        if let Some(port) = &service.port {
            variables.plain.insert("PORT".to_owned(), port.to_string());
        }
        let mut parts = Ingredients::of(service);
        let mut taken = Vec::new();
        for variable in &service.env {
            let Some(template) = &variable.value else { continue };
            match scene.settled(template) {
                Some(text) => _ = variables.plain.insert(variable.name.to_string(), text),
                None => taken.push(parts.taken(scene, variable, template)),
            }
        }
        variables.taken = parts.made;
        variables.taken.append(&mut taken);
        variables
    }

    pub(super) fn ask_for_version(&self) -> bool {
        let mut sources = self.taken.iter().filter_map(|variable| variable.value_from.as_ref());
        sources.any(|source| source.field_ref.is_some())
    }
}

/// Variables that others are made from with `$(NAME)`, which only knows what was declared before.
struct Ingredients<'a> {
    declared: Vec<&'a str>,
    names: Vec<(Reference, String)>,
    made: Vec<EnvVar>,
}

impl<'a> Ingredients<'a> {
    fn of(service: &'a Service) -> Self {
        let declared = service.env.iter().map(|variable| variable.name.as_str()).collect();
        Self { declared, names: Vec::new(), made: Vec::new() }
    }

    fn taken(&mut self, scene: &Scene<'_>, variable: &Variable, template: &Template) -> EnvVar {
        if let [Part::Reference { to, .. }] = template.parts.as_slice() {
            let required = match to {
                Reference::Secret(name) => is_required(scene.stack, variable, name),
                _ => true,
            };
            return reference(scene.stack, &variable.name, to, required);
        }
        let mut text = String::new();
        for part in &template.parts {
            match part {
                Part::Text(part) => text.push_str(&part.replace('$', "$$")),
                Part::Reference { to, .. } => match scene.known(to) {
                    Some(known) => text.push_str(&known.replace('$', "$$")),
                    None => {
                        text.push_str("$(");
                        text.push_str(&self.name(scene, to));
                        text.push(')');
                    }
                },
            }
        }
        value(&variable.name, text)
    }

    fn name(&mut self, scene: &Scene<'_>, to: &Reference) -> String {
        if let Some((_, name)) = self.names.iter().find(|(known, _)| known == to) {
            return name.clone();
        }
        let mut name = ingredient(to);
        while self.declared.contains(&name.as_str()) || self.names.iter().any(|(_, taken)| *taken == name) {
            name.push('_');
        }
        self.made.push(reference(scene.stack, &name, to, true));
        self.names.push((to.clone(), name.clone()));
        name
    }
}

fn ingredient(to: &Reference) -> String {
    match to {
        Reference::Secret(name) => format!("TOWEL_SECRET_{}", names::variable(name)),
        Reference::Datastore { name, field } => {
            format!("TOWEL_DATASTORE_{}_{}", names::variable(name), names::variable(key(*field)))
        }
        Reference::Version | Reference::Environment(_) | Reference::Service { .. } => "TOWEL_VERSION".to_owned(),
    }
}

fn reference(stack: &Stack, name: &str, to: &Reference, required: bool) -> EnvVar {
    match to {
        Reference::Secret(secret) => from_secret(name, names::secrets_object(stack), secret, required),
        Reference::Datastore { name: datastore, field } => {
            from_secret(name, names::credentials_object(datastore), key(*field), required)
        }
        Reference::Version | Reference::Environment(_) | Reference::Service { .. } => from_label(name, VERSION_LABEL),
    }
}

/// The key of a fact in a datastore's Secret.
pub(super) const fn key(field: DatastoreField) -> &'static str {
    match field {
        DatastoreField::Url => "url",
        DatastoreField::Host => "host",
        DatastoreField::Port => "port",
        DatastoreField::User => "user",
        DatastoreField::Password => "password",
        DatastoreField::Name => "name",
    }
}

/// The variable or the secret itself may ask for a value here.
fn is_required(stack: &Stack, variable: &Variable, secret: &str) -> bool {
    let environment = &stack.environment;
    let here = |place: &str| place == environment.name.as_str() || place == environment.class.name();
    let declared = stack.secrets.iter().find(|declared| *declared.name == secret);
    variable.required_in.iter().any(|place| here(place))
        || declared.is_some_and(|declared| names::is_required(stack, declared))
}
