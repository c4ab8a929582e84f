//! Faults of probes: containers that are restarted because something else is slow.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::tree::Tree;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "liveness of dependencies",
        numbers: &[31],
        find: dependent_liveness,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, livenessProbe: { httpGet: { path: /health/ready, port: 80 } } }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, livenessProbe: { httpGet: { path: /health/live, port: 80 } } }] } } } }",
        ],
    },
    Detector {
        name: "liveness that is readiness",
        numbers: &[51],
        find: same_question,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, readinessProbe: { httpGet: { path: /, port: 80 } }, livenessProbe: { httpGet: { path: /, port: 80 } } }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, readinessProbe: { httpGet: { path: /, port: 80 } }, livenessProbe: { tcpSocket: { port: 80 } } }] } } } }",
        ],
    },
    Detector {
        name: "killed while it starts",
        numbers: &[32],
        find: short_start,
        bad: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { health: { start: 2m } } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, startupProbe: { periodSeconds: 5, failureThreshold: 6 } }] } } } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, command: [sh, -c, 'migrate && exec serve'], livenessProbe: { periodSeconds: 10 } }] } } } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { progressDeadlineSeconds: 60, template: { spec: { containers: [{ name: a, startupProbe: { periodSeconds: 10, failureThreshold: 30 } }] } } } }",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { health: { start: 30s } } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, startupProbe: { periodSeconds: 5, failureThreshold: 6 } }] } } } }",
        ],
    },
];

fn dependent_liveness(artefacts: &Artefacts) -> Vec<Fault> {
    let words = ["ready", "readiness", "dependencies", "database", "/db", "deep"];
    let mut faults = Vec::new();
    for pod in artefacts.clusters.iter().flat_map(|cluster| cluster.pods()) {
        for path in pod.containers().iter().map(|it| it.at("livenessProbe.httpGet.path").text().to_lowercase()) {
            let asks = words.iter().any(|word| path.contains(word));
            faults.extend(asks.then(|| pod.of.at(format!("is restarted when {path} finds something else broken"))));
        }
    }
    faults
}

fn same_question(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for pod in artefacts.clusters.iter().flat_map(|cluster| cluster.pods()) {
        for container in pod.containers() {
            let (live, ready) = (container.at("livenessProbe.httpGet"), container.at("readinessProbe.httpGet"));
            faults.extend((live.is_given() && live == ready).then(|| pod.of.at(format!("{live} decides on both"))));
        }
    }
    faults
}

/// A migration is given so long when nobody says how long it takes.
const MIGRATION: f64 = 300.0;

/// Seconds until a container that does not answer is killed for the first time; none when nobody kills it.
fn patience(container: &Value) -> Option<f64> {
    let [start, live] = ["startupProbe", "livenessProbe"].map(|name| container.at(name));
    let probe = if start.is_given() { start } else { live };
    let of = |field: &str, usual: f64| probe.at(field).number().unwrap_or(usual);
    probe.is_given().then(|| of("initialDelaySeconds", 0.0) + of("periodSeconds", 10.0) * of("failureThreshold", 3.0))
}

fn short_start(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for pod in cluster.pods().filter(|pod| pod.of.runs_on()) {
            let health = artefacts.declared.of_service(&cluster.environment, pod.of.name(), "health");
            let declared = unit::seconds(health.at("start").text());
            for container in pod.containers() {
                let Some(patience) = patience(container) else { continue };
                let words = [container.at("command").texts(), container.at("args").texts()].concat().join(" ");
                let migration = words.contains("migrat").then_some(MIGRATION);
                if let Some(needed) = declared.into_iter().chain(migration).find(|needed| *needed > patience) {
                    faults.push(pod.of.at(format!("may take {needed} s to start, and is killed after {patience} s")));
                }
                let deadline = pod.of.tree.at("spec.progressDeadlineSeconds").number();
                let given_up =
                    deadline.filter(|deadline| *deadline < patience && container.at("startupProbe").is_given());
                faults.extend(
                    given_up
                        .map(|it| pod.of.at(format!("its rollout is given up after {it} s, before it has to be up"))),
                );
            }
        }
    }
    faults
}
