//! Objects of Kubernetes, and the pods that they make.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fault::Fault;
use super::tree::Tree;

/// An object and the file that it stands in.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) path: String,
    pub(super) tree: Value,
}

impl Object {
    pub(super) fn kind(&self) -> &str {
        self.tree.at("kind").text()
    }

    pub(super) fn name(&self) -> &str {
        self.tree.at("metadata.name").text()
    }

    /// As a fault names it.
    pub(super) fn at(&self, what: impl AsRef<str>) -> Fault {
        Fault::new(&self.path, format!("{} {}: {}", self.kind(), self.name(), what.as_ref()))
    }

    /// Its template of pods.
    pub(super) fn template(&self) -> &Value {
        match self.kind() {
            "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => self.tree.at("spec.template"),
            "CronJob" => self.tree.at("spec.jobTemplate.spec.template"),
            "Pod" => &self.tree,
            _ => &Value::Null,
        }
    }

    /// The pods that it makes.
    pub(super) fn pod(&self) -> Option<Pod<'_>> {
        let template = self.template();
        let spec = template.at("spec");
        spec.is_given().then(|| Pod {
            of: self,
            labels: pairs(template.at("metadata.labels")),
            annotations: pairs(template.at("metadata.annotations")),
            spec,
        })
    }

    /// Whether its pods are meant to run until they are told to stop.
    pub(super) fn runs_on(&self) -> bool {
        matches!(self.kind(), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
    }
}

/// Entries whose values are plain.
pub(super) fn pairs(value: &Value) -> BTreeMap<String, String> {
    value.entries().filter_map(|(key, value)| Some((key.to_owned(), value.plain()?))).collect()
}

/// The pods of an object.
pub(super) struct Pod<'a> {
    pub(super) of: &'a Object,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) annotations: BTreeMap<String, String>,
    pub(super) spec: &'a Value,
}

impl<'a> Pod<'a> {
    /// Containers that run side by side.
    pub(super) fn containers(&self) -> &'a [Value] {
        self.spec.at("containers").items()
    }

    /// Those, and before them the ones that prepare.
    pub(super) fn every_container(&self) -> impl Iterator<Item = &'a Value> {
        self.spec.at("initContainers").items().iter().chain(self.containers())
    }

    /// The numbers of its ports, by number and by name.
    pub(super) fn ports(&self) -> Vec<(f64, &'a str)> {
        let all = self.containers().iter().flat_map(|it| it.at("ports").items());
        all.filter_map(|it| Some((it.at("containerPort").number()?, it.at("name").text()))).collect()
    }

    /// The number of a port that is given as a number or as a name.
    pub(super) fn port(&self, wanted: &Value) -> Option<f64> {
        let by_name = || self.ports().into_iter().find(|(_, name)| *name == wanted.text()).map(|(number, _)| number);
        wanted.number().or_else(by_name)
    }
}

/// Whether a selector of labels finds these. One that is given and empty finds all.
pub(super) fn selects(selector: &Value, labels: &BTreeMap<String, String>) -> bool {
    let own = |key: &str| labels.get(key).map(String::as_str);
    let equal = selector.at("matchLabels").entries().all(|(key, value)| own(key) == Some(value.text()));
    let expressed = selector.at("matchExpressions").items().iter().all(|it| {
        let value = own(it.at("key").text());
        let listed = value.is_some_and(|value| it.at("values").items().iter().any(|it| it.text() == value));
        match it.at("operator").text() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    });
    equal && expressed
}
