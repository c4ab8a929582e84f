//! Faults of Compose: waiting for health that nobody checks, logs that fill the disk, databases that forget.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::dockerfile::{Stage, stages};
use super::fault::{Detector, Fault};
use super::images::Image;
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "waiting for health that nobody checks",
        numbers: &[38],
        find: unchecked_health,
        bad: &[
            "=== compose.yaml\nservices: { a: { image: 'a:1', depends_on: { b: { condition: service_healthy } } }, b: { image: 'b:1' } }",
            "=== compose.yaml\nservices: { a: { image: 'a:1', depends_on: { b: { condition: service_healthy } } }, b: { build: { context: ./b } } }\n=== b/Dockerfile\nFROM a:1\nHEALTHCHECK NONE\n",
        ],
        good: &[
            "=== compose.yaml\nservices: { a: { image: 'a:1', depends_on: { b: { condition: service_healthy } } }, b: { build: { context: ./b } } }\n=== b/Dockerfile\nFROM a:1\nHEALTHCHECK CMD [\"a\"]\n",
        ],
    },
    Detector {
        name: "logs without a limit",
        numbers: &[40],
        find: endless_logs,
        bad: &[
            "=== compose.yaml\nservices: { a: { image: 'a:1' } }",
            "=== compose.yaml\nservices: { a: { image: 'a:1', logging: { driver: json-file, options: { max-file: '3' } } } }",
        ],
        good: &[
            "=== compose.yaml\nservices: { a: { image: 'a:1', logging: { driver: json-file, options: { max-size: 10m } } }, b: { image: 'b:1', logging: { driver: local } } }",
        ],
    },
    Detector {
        name: "database without a volume",
        numbers: &[41],
        find: forgetful,
        bad: &[
            "=== compose.yaml\nservices: { db: { image: 'postgres:16' } }",
            "=== compose.yaml\nservices: { db: { image: 'postgres:18.1', volumes: ['db:/var/lib/postgresql/data'] } }",
            "=== compose.yaml\nservices: { db: { image: 'mongo:7.0', tmpfs: [/data/db], volumes: ['db:/data'] } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }, spec: { template: { spec: { volumes: [{ name: data, emptyDir: {} }], containers: [{ name: a, image: 'mysql:8.4', volumeMounts: [{ name: data, mountPath: /var/lib/mysql }] }] } } } }",
        ],
        good: &[
            "=== compose.yaml\nservices: { db: { image: 'postgres:16', volumes: ['db:/var/lib/postgresql/data'] } }\nvolumes: { db: {} }",
        ],
    },
];

/// The environment that a file is for: the one that it is called after, or that of developers.
pub(super) fn compose_environment(artefacts: &Artefacts, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".yaml").trim_end_matches(".yml");
    let declared = &artefacts.declared;
    let all = declared.environments();
    let of_class = |wanted: &str| {
        let class = |name: &str| {
            declared.document().at("environments").get(name).map_or("", |it| it.at("class").text()).to_owned()
        };
        all.iter().find(|name| class(name) == wanted).map(|name| (*name).to_owned())
    };
    if all.contains(&name) {
        return name.to_owned();
    }
    of_class("dev").or_else(|| all.first().map(|name| (*name).to_owned())).unwrap_or_else(|| "dev".to_owned())
}

/// Whether a container does one thing and ends.
pub(super) fn is_one_shot(document: &Value, name: &str, container: &Value) -> bool {
    let awaited = document.at("services").entries().any(|(_, other)| {
        other.at("depends_on").get(name).is_some_and(|it| it.at("condition").text() == "service_completed_successfully")
    });
    let ends = ["no", "on-failure"].contains(&container.at("restart").text());
    let told = ["entrypoint", "command"].iter().any(|key| container.at(key).is_given());
    awaited || (ends && told && !container.at("healthcheck").is_given())
}

/// The stages of the Dockerfile that a container is built from.
pub(super) fn built_from(artefacts: &Artefacts, compose: &str, container: &Value) -> Option<(String, Vec<Stage>)> {
    let build = container.at("build");
    let context = build.as_str().or_else(|| build.at("context").as_str())?;
    let folder = compose.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let file = build.at("dockerfile").as_str().unwrap_or("Dockerfile");
    for part in context.split('/').chain(file.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    let path = parts.join("/");
    let (_, text) = artefacts.files().find(|(known, _)| *known == path)?;
    Some((path, stages(text)))
}

fn unchecked_health(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, document) in artefacts.composes() {
        let services = document.at("services");
        for (name, container) in services.entries() {
            let awaited =
                container.at("depends_on").entries().filter(|(_, it)| it.at("condition").text() == "service_healthy");
            for (other, _) in awaited {
                let awaited = services.get(other).unwrap_or(&Value::Null);
                let own = awaited.at("healthcheck");
                let disabled = own.at("disable") == &Value::Bool(true) || own.at("test.0").text() == "NONE";
                let inherited = built_from(artefacts, path, awaited).is_some_and(|(_, stages)| has_check(&stages));
                if disabled || !(own.at("test").is_given() || inherited) {
                    faults
                        .push(Fault::new(path, format!("{name} waits for the health of {other}, which nobody checks")));
                }
            }
        }
    }
    faults
}

fn has_check(stages: &[Stage]) -> bool {
    let last = stages.last().map_or(&[][..], |stage| &stage.instructions);
    last.iter().any(|(keyword, rest)| keyword == "HEALTHCHECK" && !rest.trim().eq_ignore_ascii_case("none"))
}

fn endless_logs(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, document) in artefacts.composes() {
        for (name, container) in document.at("services").entries() {
            let driver = container.at("logging.driver").as_str().unwrap_or("json-file");
            let bounded = container.at("logging.options.max-size").is_given();
            faults.extend(
                (driver == "json-file" && !bounded)
                    .then(|| Fault::new(path, format!("{name}: its logs grow for ever"))),
            );
        }
    }
    faults
}

/// Where a server keeps its data.
pub(super) fn data_folder(image: &Image) -> Option<&'static str> {
    Some(match image.base() {
        "postgres" if image.major().is_some_and(|major| major >= 18) => "/var/lib/postgresql",
        "postgres" => "/var/lib/postgresql/data",
        "mysql" | "mariadb" => "/var/lib/mysql",
        "mongo" => "/data/db",
        "redis" | "valkey" | "minio" => "/data",
        "rabbitmq" => "/var/lib/rabbitmq",
        _ => return None,
    })
}

fn forgetful(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, document) in artefacts.composes() {
        for (name, container) in document.at("services").entries().filter(|(name, it)| !is_one_shot(document, name, it))
        {
            let Some(folder) = data_folder(&Image::read(container.at("image").text())) else { continue };
            let kept = container.at("volumes").items().iter().any(|it| target(it) == folder);
            faults.extend((!kept).then(|| Fault::new(path, format!("{name}: {folder} is on no volume"))));
        }
    }
    for pod in artefacts.clusters.iter().flat_map(|cluster| cluster.pods()).filter(|pod| pod.of.runs_on()) {
        let claimed: Vec<&str> = pod
            .of
            .tree
            .at("spec.volumeClaimTemplates")
            .items()
            .iter()
            .map(|it| it.at("metadata.name").text())
            .collect();
        let volumes = pod.spec.at("volumes").items().iter().filter(|it| it.at("persistentVolumeClaim").is_given());
        let claimed: Vec<&str> = claimed.into_iter().chain(volumes.map(|it| it.at("name").text())).collect();
        for container in pod.containers() {
            let Some(folder) = data_folder(&Image::read(container.at("image").text())) else { continue };
            let mounts = container.at("volumeMounts").items().iter();
            let kept = mounts
                .filter(|it| it.at("mountPath").text() == folder)
                .any(|it| claimed.contains(&it.at("name").text()));
            faults.extend((!kept).then(|| pod.of.at(format!("{folder} is on no volume that lasts"))));
        }
    }
    faults
}

/// Where a volume is in its container.
fn target(volume: &Value) -> &str {
    match volume.as_str() {
        Some(text) => text.split(':').nth(1).unwrap_or_default(),
        None if volume.at("type").text() == "tmpfs" => "",
        None => volume.at("target").text(),
    }
}
