//! Faults of jobs and memory: jobs that overtake themselves, heaps that do not fit.

use std::collections::BTreeMap;

use serde_json::Value;

use super::artefacts::Artefacts;
use super::cluster::Cluster;
use super::fault::{Detector, Fault};
use super::objects::pairs;
use super::tree::Tree;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "job that overtakes itself",
        numbers: &[33],
        find: overtaking,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { schedule: '* * * * *' } }",
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { concurrencyPolicy: Allow } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { concurrencyPolicy: Forbid } }",
        ],
    },
    Detector {
        name: "heap beyond the memory limit",
        numbers: &[35],
        find: big_heap,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { NODE_OPTIONS: '--max-old-space-size=512' } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, envFrom: [{ configMapRef: { name: c } }], resources: { limits: { memory: 512Mi } } }] } } } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, command: [java, -Xmx1g], resources: { limits: { memory: 512Mi } } }] } } } }",
            "=== compose.yaml\nservices: { a: { image: 'a:1', mem_limit: 256m, environment: { GOMEMLIMIT: 300MiB } } }",
        ],
        good: &[
            "=== compose.yaml\nservices: { a: { image: 'a:1', mem_limit: 512m, environment: { NODE_OPTIONS: '--max-old-space-size=384' } } }",
        ],
    },
];

fn overtaking(artefacts: &Artefacts) -> Vec<Fault> {
    let jobs = artefacts.clusters.iter().flat_map(|cluster| cluster.of_kind("CronJob"));
    let kept = |it: &Value| ["Forbid", "Replace"].contains(&it.at("spec.concurrencyPolicy").text());
    jobs.filter(|job| !kept(&job.tree)).map(|job| job.at("the next may begin before the last has ended")).collect()
}

fn big_heap(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for pod in cluster.pods() {
            for container in pod.every_container() {
                let limit = container.at("resources.limits.memory").plain().and_then(|it| unit::bytes(&it));
                let words = [container.at("command").texts(), container.at("args").texts()].concat().join(" ");
                let wrong = too_big(&variables(cluster, container), &words, limit);
                faults.extend(wrong.map(|heap| pod.of.at(format!("{heap} does not fit into {limit:?} bytes"))));
            }
        }
    }
    for (path, document) in artefacts.composes() {
        for (name, container) in document.at("services").entries() {
            let limit =
                container.at("mem_limit").plain().or_else(|| container.at("deploy.resources.limits.memory").plain());
            let limit = limit.and_then(|it| unit::bytes(&it));
            let wrong = too_big(&pairs(container.at("environment")), &container.at("command").texts().join(" "), limit);
            faults.extend(
                wrong.map(|heap| Fault::new(path, format!("{name}: {heap} does not fit into {limit:?} bytes"))),
            );
        }
    }
    faults
}

/// Plain variables of a container, those of its ConfigMaps among them.
pub(super) fn variables(cluster: &Cluster, container: &Value) -> BTreeMap<String, String> {
    let sources = container.at("envFrom").items().iter().map(|it| it.at("configMapRef.name").text());
    let maps = sources.filter_map(|name| cluster.find("ConfigMap", name));
    let mut variables: BTreeMap<String, String> = maps.flat_map(|it| pairs(it.tree.at("data"))).collect();
    let own = container.at("env").items().iter();
    variables.extend(own.filter_map(|it| Some((it.at("name").text().to_owned(), it.at("value").plain()?))));
    variables
}

/// The flag or variable that gives a heap as much as the container may have, or more.
fn too_big(variables: &BTreeMap<String, String>, words: &str, limit: Option<f64>) -> Option<String> {
    let limit = limit?;
    let texts = variables.values().map(String::as_str).chain([words]);
    let flags = texts.flat_map(str::split_whitespace).filter_map(|word| {
        let word = word.trim_matches(|letter| letter == '"' || letter == '\'');
        let java = word.strip_prefix("-Xmx").and_then(unit::bytes);
        let node = word.strip_prefix("--max-old-space-size=").and_then(|it| unit::bytes(&format!("{it}Mi")));
        Some((word.to_owned(), java.or(node)?))
    });
    let go = variables.get("GOMEMLIMIT").and_then(|it| Some((format!("GOMEMLIMIT={it}"), unit::bytes(it)?)));
    flags.chain(go).find(|(_, heap)| *heap >= limit).map(|(flag, _)| flag)
}
