//! Fault 29: more connections than the server takes.

use super::artefacts::Artefacts;
use super::cluster::Cluster;
use super::fault::{Detector, Fault};
use super::images::Image;
use super::objects::Object;
use super::tree::Tree;
use super::unit::share;

pub(super) const DETECTORS: &[Detector] = &[Detector {
    name: "pools beyond max_connections",
    numbers: &[29],
    find: crowded,
    bad: &[
        "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { pool: { db: 20 } } }\ndatastores: { db: { kind: postgres } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 4, strategy: { rollingUpdate: { maxSurge: 2 } }, template: { spec: { containers: [{ name: a }] } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { template: { spec: { containers: [{ name: db, image: 'postgres:16' }] } } } }",
        "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { pool: { db: 20 } } }\ndatastores: { db: { kind: mysql } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { strategy: { type: Recreate }, template: { spec: { containers: [{ name: a }] } } } }\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, maxReplicas: 6 } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { template: { spec: { containers: [{ name: db, image: 'mysql:8.4', args: ['--max-connections=110'] }] } } } }",
    ],
    good: &[
        "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { pool: { db: 20 } } }\ndatastores: { db: { kind: postgres } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 4, strategy: { rollingUpdate: { maxSurge: 2 } }, template: { spec: { containers: [{ name: a }] } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { template: { spec: { containers: [{ name: db, image: 'postgres:16', args: [-c, max_connections=120] }] } } } }",
    ],
}];

fn crowded(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for (name, datastore) in artefacts.declared.datastores(&cluster.environment) {
            let server = cluster.find("StatefulSet", name);
            let declared = datastore.at("max_connections").number();
            let Some(limit) = server.and_then(limit).or(declared) else { continue };
            let opened = opened(artefacts, cluster, name);
            let path = server.map_or("towel.yaml", |server| &server.path);
            if opened > limit {
                faults.push(Fault::new(
                    path,
                    format!("{name}: up to {opened} connections are opened, and {limit} taken"),
                ));
            }
        }
    }
    faults
}

/// Connections that all instances of all services open when all of them run, the new ones beside the old ones.
fn opened(artefacts: &Artefacts, cluster: &Cluster, datastore: &str) -> f64 {
    let services = artefacts.declared.services(&cluster.environment).iter();
    let opened = services.filter_map(|(name, service)| {
        let each = service.at("pool").get(datastore)?.number()?;
        let deployment = cluster.find("Deployment", name)?;
        let (_, most) = cluster.replicas(deployment);
        Some(each * (most + surge(deployment, most)))
    });
    opened.sum()
}

fn surge(deployment: &Object, most: f64) -> f64 {
    let strategy = deployment.tree.at("spec.strategy");
    if strategy.at("type").text() == "Recreate" {
        return 0.0;
    }
    share(strategy.at("rollingUpdate.maxSurge"), most, true).unwrap_or_else(|| (most / 4.0).ceil())
}

/// How many connections a server takes: what its arguments say, or what its image does by itself.
fn limit(server: &Object) -> Option<f64> {
    let pod = server.pod()?;
    let container = pod.containers().first()?;
    let words = [container.at("command").texts(), container.at("args").texts()].concat().join(" ");
    let flags = ["max_connections=", "max-connections=", "maxConns=", "maxConns ", "maxclients "];
    let said = flags.iter().find_map(|flag| words.split_once(flag)).and_then(|(_, rest)| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    said.or_else(|| match Image::read(container.at("image").text()).base() {
        "postgres" => Some(100.0),
        "mysql" | "mariadb" => Some(151.0),
        "redis" => Some(10_000.0),
        _ => None,
    })
}
