//! Faults of volumes: two pods on one, and files that never change.

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "volume for one pod in a rolling update",
        numbers: &[30],
        find: shared_volume,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: v }, spec: { accessModes: [ReadWriteOnce] } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { volumes: [{ name: v, persistentVolumeClaim: { claimName: v } }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: v }, spec: { accessModes: [ReadWriteOnce] } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { strategy: { type: Recreate }, template: { spec: { volumes: [{ name: v, persistentVolumeClaim: { claimName: v } }] } } } }",
        ],
    },
    Detector {
        name: "reloaded file that never changes",
        numbers: &[34],
        find: frozen_file,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a, annotations: { reloader.stakater.com/auto: 'false' } }, spec: { template: { spec: { volumes: [{ name: c, configMap: { name: c } }], containers: [{ name: a, volumeMounts: [{ name: c, mountPath: /c/a, subPath: a }] }, { name: config-reloader, image: 'x/config-reloader:1' }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { volumes: [{ name: c, configMap: { name: c } }], containers: [{ name: a, volumeMounts: [{ name: c, mountPath: /c/a, subPath: a }] }] } } } }",
        ],
    },
];

fn shared_volume(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for object in cluster.of_kind("Deployment").filter(|it| it.tree.at("spec.strategy.type").text() != "Recreate") {
            let claims = object
                .template()
                .at("spec.volumes")
                .items()
                .iter()
                .map(|it| it.at("persistentVolumeClaim.claimName").text());
            for claim in claims.filter_map(|name| cluster.find("PersistentVolumeClaim", name)) {
                let single =
                    claim.tree.at("spec.accessModes").items().iter().any(|it| it.text().starts_with("ReadWriteOnce"));
                faults.extend(
                    single
                        .then(|| object.at(format!("its next pod waits for {} until the last is gone", claim.name()))),
                );
            }
        }
    }
    faults
}

fn frozen_file(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for pod in artefacts.clusters.iter().flat_map(|cluster| cluster.pods()) {
        let named = |text: &str| text.contains("reload");
        let reloads = pod.containers().iter().any(|it| named(it.at("name").text()) || named(it.at("image").text()))
            || pod.annotations.keys().any(|key| named(key));
        let volumes = pod
            .spec
            .at("volumes")
            .items()
            .iter()
            .filter(|it| it.at("configMap").is_given() || it.at("projected").is_given());
        let names: Vec<&str> = volumes.map(|it| it.at("name").text()).collect();
        for mount in pod.containers().iter().flat_map(|it| it.at("volumeMounts").items()) {
            let frozen = mount.at("subPath").is_given() && names.contains(&mount.at("name").text());
            faults.extend(
                (reloads && frozen)
                    .then(|| pod.of.at(format!("{} stays what it was at the start", mount.at("mountPath")))),
            );
        }
    }
    faults
}
