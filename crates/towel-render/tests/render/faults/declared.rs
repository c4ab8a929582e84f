//! What a person wrote in `towel.yaml`, read as plain YAML: figures that the files have to agree with.

use std::collections::BTreeMap;

use serde_json::Value;

use super::tree::Tree;
use super::unit;

type Parts = Vec<(String, Value)>;

/// `towel.yaml`; nothing where it is not given.
pub(super) struct Declared {
    document: Value,
    /// Services and datastores of each environment, with what it restates.
    environments: BTreeMap<String, [Parts; 2]>,
}

impl Declared {
    pub(super) fn new(document: Value) -> Self {
        let names = document.at("environments").entries().map(|(name, _)| name);
        let of = |name: &str| ["services", "datastores"].map(|what| parts(&document, what, name));
        let environments = names.map(|name| (name.to_owned(), of(name))).collect();
        Self { document, environments }
    }

    /// Everything.
    pub(super) fn document(&self) -> &Value {
        &self.document
    }

    /// Whether it is given.
    pub(super) fn is_given(&self) -> bool {
        self.document.is_given()
    }

    /// Names of all environments.
    pub(super) fn environments(&self) -> Vec<&str> {
        self.document.at("environments").entries().map(|(name, _)| name).collect()
    }

    /// The services of an environment, with what it restates.
    pub(super) fn services(&self, environment: &str) -> &[(String, Value)] {
        self.environments.get(environment).map_or(&[], |[services, _]| services)
    }

    /// The datastores of an environment, with what it restates.
    pub(super) fn datastores(&self, environment: &str) -> &[(String, Value)] {
        self.environments.get(environment).map_or(&[], |[_, datastores]| datastores)
    }

    /// A field of a service; nothing where the file does not give it.
    pub(super) fn of_service(&self, environment: &str, service: &str, field: &str) -> &Value {
        let found = self.services(environment).iter().find(|(name, _)| name == service);
        found.map_or(&Value::Null, |(_, service)| service.at(field))
    }

    /// Seconds of such a field.
    pub(super) fn seconds(&self, environment: &str, service: &str, field: &str) -> Option<f64> {
        unit::seconds(self.of_service(environment, service, field).text())
    }
}

fn parts(document: &Value, what: &str, environment: &str) -> Parts {
    let restated = document.at("environments").get(environment).map_or(&Value::Null, |it| it.at(what));
    let merged = |name: &str, part: &Value| {
        let mut part = part.clone();
        if let (Value::Object(part), Some(more)) = (&mut part, restated.get(name)) {
            part.extend(more.entries().map(|(key, value)| (key.to_owned(), value.clone())));
        }
        (name.to_owned(), part)
    };
    document.at(what).entries().map(|(name, part)| merged(name, part)).collect()
}
