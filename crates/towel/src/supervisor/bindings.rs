//! Values of references that the engine does not know itself: secrets, the environment, other services.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use towel_engine::local::Resolve;
use towel_model::{Class, EnvironmentField, Reference, ServiceField, Stack};

use super::routing::domain;
use super::secrets::{NoValue, Secrets};

/// What references stand for in one environment of this machine.
pub(crate) struct Bindings {
    secrets: Secrets,
    facts: Mutex<Facts>,
    notices: Mutex<BTreeSet<String>>,
}

struct Facts {
    stack: Arc<Stack>,
    ports: BTreeMap<String, u16>,
}

impl Bindings {
    /// For `stack`, whose services are reached on `ports` of this machine.
    pub(crate) fn new(secrets: Secrets, stack: Arc<Stack>, ports: BTreeMap<String, u16>) -> Self {
        Self { secrets, facts: Mutex::new(Facts { stack, ports }), notices: Mutex::default() }
    }

    /// The stack of a changed file.
    pub(crate) fn change(&self, stack: Arc<Stack>, ports: BTreeMap<String, u16>) {
        *self.facts.lock().unwrap_or_else(PoisonError::into_inner) = Facts { stack, ports };
    }

    /// An optional secret may be missing anywhere, a required one on a developer's machine only.
    fn secret(&self, stack: &Stack, name: &str) -> Result<Option<String>, String> {
        match self.secrets.value(name, &stack.secrets) {
            Ok(value) => Ok(Some(value)),
            Err(NoValue::Unreadable(reason)) => Err(reason),
            Err(NoValue::Missing(_)) if !is_required(stack, name) => Ok(None),
            Err(NoValue::Missing(reason)) if *stack.environment.class == Class::Dev => {
                self.notices.lock().unwrap_or_else(PoisonError::into_inner).insert(reason);
                Ok(None)
            }
            Err(NoValue::Missing(reason)) => Err(reason),
        }
    }

    /// Required secrets without a value, which a developer's machine may do without.
    pub(crate) fn notices(&self) -> Vec<String> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Resolve for Bindings {
    fn resolve(&self, _service: &str, reference: &Reference) -> Result<Option<String>, String> {
        let facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        match reference {
            Reference::Environment(EnvironmentField::Name) => Ok(Some(facts.stack.environment.name.to_string())),
            Reference::Environment(EnvironmentField::Domain) => Ok(Some(domain(&facts.stack).to_owned())),
            Reference::Secret(name) => self.secret(&facts.stack, name),
            Reference::Service { name, field } => match facts.ports.get(name) {
                Some(port) => Ok(Some(service_fact(*port, *field))),
                None => Err(format!("service `{name}` has no `port:`, so nothing can reach it; give it one")),
            },
            Reference::Datastore { name, .. } => {
                Err(format!("datastore `{name}` does not run on this machine; `towel status` says why"))
            }
            Reference::Version => Err("this is a bug in towel: `${version}` is the engine's to fill in".to_owned()),
        }
    }
}

/// Whether the file asks for a value of the secret in this environment or its class.
fn is_required(stack: &Stack, name: &str) -> bool {
    let class = match *stack.environment.class {
        Class::Dev => "dev",
        Class::Staging => "staging",
        Class::Production => "production",
    };
    let concerns = |place: &str| place == stack.environment.name.as_str() || place == class;
    let secret = stack.secrets.iter().find(|secret| *secret.name == name);
    secret.is_some_and(|secret| secret.required_in.iter().any(|place| concerns(place)))
}

/// A service is reached through the gateway, on a port of its own, so that calls between services
/// are split and drained like calls from outside.
fn service_fact(port: u16, field: ServiceField) -> String {
    match field {
        ServiceField::Url => format!("http://127.0.0.1:{port}"),
        ServiceField::Host => "127.0.0.1".to_owned(),
        ServiceField::Port => port.to_string(),
    }
}
