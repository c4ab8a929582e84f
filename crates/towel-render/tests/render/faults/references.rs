//! Names that lead nowhere: keys of secrets, variables of Compose, ConfigMaps, claims, accounts, recorded series.

use std::collections::BTreeSet;

use serde_json::Value;

use super::artefacts::Artefacts;
use super::cluster::Cluster;
use super::fault::{Detector, Fault};
use super::monitoring::Monitoring;
use super::query;
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "secret that nobody makes",
        numbers: &[],
        find: unmade_secret,
        bad: &[
            "=== towel.yaml\nsecrets: { jwt: {} }\n=== t/a.tf\nlocals {\n  secrets_object = \"a-secrets\"\n}\n=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: a, env: [{ name: A, valueFrom: { secretKeyRef: { name: a-secrets, key: other } } }] }] } }",
            "=== towel.yaml\nsecrets: { jwt: {} }\n=== t/a.tf\nlocals {\n  secrets_object = \"a-secrets\"\n}\n=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: a, env: [{ name: A, valueFrom: { secretKeyRef: { name: b-secrets, key: jwt } } }] }] } }",
        ],
        good: &[
            "=== towel.yaml\nsecrets: { jwt: {} }\ndatastores: { db: {} }\n=== t/a.tf\nlocals {\n  secrets_object = \"a-secrets\"\n  datastores = {\n    db = {\n    }\n  }\n}\nx = \"${each.key}-credentials\"\n=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: a, env: [{ name: A, valueFrom: { secretKeyRef: { name: a-secrets, key: jwt } } }, { name: B, valueFrom: { secretKeyRef: { name: db-credentials, key: url } } }] }] } }",
        ],
    },
    Detector {
        name: "variable that the contract lacks",
        numbers: &[],
        find: unknown_variable,
        bad: &[
            "=== .env.example\nA=\n=== compose.yaml\nservices: { a: { image: 'a:1', environment: { X: '${B:?see .env.example}' } } }",
        ],
        good: &[
            "=== .env.example\nA=\n# B=\n=== compose.yaml\nservices: { a: { image: 'a:1', environment: { X: '${B:-}', Y: '$${C}', Z: '${A}' } } }",
        ],
    },
    Detector {
        name: "object that is not there",
        numbers: &[],
        find: missing_object,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: c } }] }] } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { serviceAccountName: x, containers: [] } }",
            "=== k8s/a.yaml\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a } } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { volumes: [{ name: v, persistentVolumeClaim: { claimName: v } }], containers: [] } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { serviceAccountName: x, containers: [] } }\n---\n{ apiVersion: v1, kind: ServiceAccount, metadata: { name: x } }",
        ],
    },
    Detector {
        name: "series that nobody records",
        numbers: &[],
        find: unrecorded,
        bad: &[
            "=== m/grafana/a.json\n{ \"panels\": [{ \"title\": \"p\", \"targets\": [{ \"expr\": \"job:a:rate5m\" }] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'job:b:rate5m', expr: up }] }]",
        ],
        good: &[
            "=== m/grafana/a.json\n{ \"panels\": [{ \"title\": \"p\", \"targets\": [{ \"expr\": \"job:b:rate5m\" }] }] }\n=== m/prometheus/rules/a.yaml\ngroups: [{ name: a, rules: [{ record: 'job:b:rate5m', expr: up }] }]",
        ],
    },
];

/// Every reference to a key of a secret that has to be there.
fn secrets(cluster: &Cluster) -> Vec<(super::objects::Pod<'_>, &Value)> {
    let mut found = Vec::new();
    for object in &cluster.objects {
        let Some(pod) = object.pod() else { continue };
        let variables =
            pod.every_container().flat_map(|it| it.at("env").items()).map(|it| it.at("valueFrom.secretKeyRef"));
        for reference in variables.filter(|it| it.is_given() && it.at("optional") != &Value::Bool(true)) {
            found.extend(object.pod().map(|pod| (pod, reference)));
        }
    }
    found
}

fn unmade_secret(artefacts: &Artefacts) -> Vec<Fault> {
    let terraform: String = artefacts.files().filter(|(path, _)| path.ends_with(".tf")).map(|(_, text)| text).collect();
    if terraform.is_empty() {
        return Vec::new();
    }
    let quoted = |after: &str| terraform.split_once(after).and_then(|(_, rest)| rest.split('"').nth(1));
    let own = quoted("secrets_object").unwrap_or_default();
    let declared = artefacts.declared.document();
    let mut faults = Vec::new();
    for (pod, reference) in artefacts.clusters.iter().flat_map(secrets) {
        let (name, key) = (reference.at("name").text(), reference.at("key").text());
        let of_product = name == own && declared.at("secrets").get(key).is_some();
        let facts = ["url", "host", "port", "user", "password", "name"];
        let of_datastore = terraform.contains("${each.key}-credentials")
            && facts.contains(&key)
            && name
                .strip_suffix("-credentials")
                .is_some_and(|it| declared.at("datastores").get(it).is_some() && terraform.contains(it));
        faults.extend(
            (!of_product && !of_datastore).then(|| pod.of.at(format!("nobody makes `{key}` of Secret {name}"))),
        );
    }
    faults
}

fn unknown_variable(artefacts: &Artefacts) -> Vec<Fault> {
    let Some((_, contract)) = artefacts.files().find(|(path, _)| *path == ".env.example") else { return Vec::new() };
    let known: BTreeSet<&str> = contract
        .lines()
        .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
        .map(|(name, _)| name)
        .collect();
    let mut faults = Vec::new();
    for (path, document) in artefacts.composes() {
        let secrets = document.at("secrets").entries().map(|(_, it)| it.at("environment").text());
        let secrets = secrets.filter(|name| !name.is_empty() && !known.contains(name));
        faults.extend(secrets.map(|name| Fault::new(path, format!("`{name}` is not in .env.example"))));
        for text in document.texts() {
            let text = text.replace("$$", "");
            let names = text.split("${").skip(1).map(|rest| {
                let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(rest.len());
                rest[..end].to_owned()
            });
            let unknown = names.filter(|name| !known.contains(name.as_str()) && !name.ends_with("VERSION"));
            faults.extend(unknown.map(|name| Fault::new(path, format!("`{name}` is not in .env.example"))));
        }
    }
    faults
}

fn missing_object(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        let missing = |kind: &str, name: &str| !name.is_empty() && cluster.find(kind, name).is_none();
        for pod in cluster.pods() {
            let maps = pod
                .every_container()
                .flat_map(|it| it.at("envFrom").items())
                .map(|it| ("ConfigMap", it.at("configMapRef.name").text()));
            let volumes = pod.spec.at("volumes").items().iter();
            let claims =
                volumes.clone().map(|it| ("PersistentVolumeClaim", it.at("persistentVolumeClaim.claimName").text()));
            let mounted = volumes.map(|it| ("ConfigMap", it.at("configMap.name").text()));
            let account = [("ServiceAccount", pod.spec.at("serviceAccountName").text())];
            let wanted = maps.chain(claims).chain(mounted).chain(account).filter(|(kind, name)| missing(kind, name));
            faults.extend(wanted.map(|(kind, name)| pod.of.at(format!("there is no {kind} `{name}`"))));
        }
        for scaler in cluster.of_kind("HorizontalPodAutoscaler") {
            let target = scaler.tree.at("spec.scaleTargetRef");
            let lost = missing(target.at("kind").text(), target.at("name").text());
            faults.extend(lost.then(|| scaler.at(format!("there is no {target}"))));
        }
    }
    faults
}

fn unrecorded(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for watch in artefacts.monitoring.iter().filter(|watch| !watch.rules.is_empty()) {
        for (path, name, expression) in Monitoring::expressions(watch) {
            let lost = query::selectors(expression)
                .into_iter()
                .filter(|it| it.name.contains(':') && watch.recorded(&it.name).is_none());
            faults.extend(lost.map(|it| Fault::new(path, format!("{name}: nobody records `{}`", it.name))));
        }
    }
    faults
}
