//! Names and selectors that a cluster refuses, now or at the next change.

use std::collections::BTreeMap;

use serde_json::Value;

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::objects::selects;
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "name that the cluster refuses",
        numbers: &[],
        find: refused_name,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: 'a.b' } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: 'a_b' } }",
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: 'a b' } }, spec: { containers: [{ name: a }] } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: a, ports: [{ name: averylongportname, containerPort: 80 }] }] } }",
        ],
        good: &["=== k8s/a.yaml\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: 'a.b' } }"],
    },
    Detector {
        name: "two objects of one name",
        numbers: &[],
        find: same_name,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: a } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: a } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: a } }\n---\n{ apiVersion: v1, kind: ServiceAccount, metadata: { name: a } }",
        ],
    },
    Detector {
        name: "selector that has to change",
        numbers: &[],
        find: changing_selector,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { selector: { matchLabels: { app: a, version: v1 } }, template: { metadata: { labels: { app: a, version: v1 } }, spec: { containers: [] } } } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: b } }, spec: { x: 1 } } } }",
            "=== k8s/a/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a, x: y } }, spec: { x: 1 } } } }\n=== k8s/b/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { selector: { matchLabels: { x: y } }, template: { metadata: { labels: { app: a, x: y } }, spec: { x: 1 } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a, version: v1 } }, spec: { x: 1 } } } }",
        ],
    },
];

fn is_label(name: &str) -> bool {
    let inner = name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    inner && !name.is_empty() && name.len() <= 63 && !name.starts_with('-') && !name.ends_with('-')
}

/// Whether a kind may be called so.
fn is_name(kind: &str, name: &str) -> bool {
    match kind {
        "Service" => is_label(name) && name.starts_with(|it: char| it.is_ascii_lowercase()),
        "Namespace" => is_label(name),
        // Controllers append to these, and make labels of the whole.
        "StatefulSet" | "CronJob" => is_label(name) && name.len() <= 52,
        _ => name.len() <= 253 && name.split('.').all(is_label),
    }
}

fn is_label_value(value: &str) -> bool {
    let edge = |it: char| it.is_ascii_alphanumeric();
    let inner = value.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it));
    value.is_empty() || (inner && value.len() <= 63 && value.starts_with(edge) && value.ends_with(edge))
}

fn is_port_name(name: &str) -> bool {
    is_label(name) && name.len() <= 15 && name.contains(|it: char| it.is_ascii_lowercase())
}

fn refused_name(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for object in artefacts.clusters.iter().flat_map(|cluster| &cluster.objects) {
        faults.extend((!is_name(object.kind(), object.name())).then(|| object.at("may not be called so")));
        let labels =
            object.tree.at("metadata.labels").entries().chain(object.template().at("metadata.labels").entries());
        let wrong = labels.filter(|(_, value)| !is_label_value(value.text()));
        faults.extend(wrong.map(|(key, value)| object.at(format!("{key} may not be {value}"))));
        for container in object.pod().iter().flat_map(|pod| pod.every_container()) {
            let name = container.at("name");
            faults.extend((!is_label(name.text())).then(|| object.at(format!("no container may be called {name}"))));
            let ports = container.at("ports").items().iter().map(|it| it.at("name")).filter(|it| it.is_given());
            faults.extend(
                ports.filter(|it| !is_port_name(it.text())).map(|it| object.at(format!("no port may be called {it}"))),
            );
        }
    }
    faults
}

fn same_name(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        let mut seen = std::collections::BTreeSet::new();
        let twice = cluster.objects.iter().filter(|it| !seen.insert((it.kind().to_owned(), it.name().to_owned())));
        faults.extend(twice.map(|it| it.at("is there twice")));
    }
    faults
}

fn changing_selector(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut known: BTreeMap<(String, String), Value> = BTreeMap::new();
    for object in artefacts.clusters.iter().flat_map(|cluster| &cluster.objects) {
        let Some(pod) = object.pod().filter(|_| object.runs_on()) else { continue };
        let selector = object.tree.at("spec.selector");
        let wanted = selector.at("matchLabels");
        let changes = wanted
            .entries()
            .find(|(key, _)| ["version", "chart", "revision", "hash", "release"].iter().any(|it| key.contains(it)));
        faults.extend(changes.map(|(key, _)| object.at(format!("`{key}` changes, and its selector never may"))));
        faults.extend(
            (!selects(selector, &pod.labels)).then(|| object.at(format!("{wanted} does not find its own pods"))),
        );
        let key = (object.kind().to_owned(), object.name().to_owned());
        let first = known.entry(key).or_insert_with(|| selector.clone());
        faults.extend((first != selector).then(|| object.at("has another selector in another environment")));
    }
    faults
}
