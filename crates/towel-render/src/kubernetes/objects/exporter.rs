//! What tells Prometheus about a datastore: a container beside each server, or a workload of its own where a provider
//! runs the server.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{Container, EnvVar, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use towel_model::Datastore;

use super::container::listening;
use super::datastore::figures;
use super::policy::{self, Traffic, policy_name};
use super::scene::Scene;
use super::shorthand::{filled, from_secret, matching, some, value};
use super::{probe, security, service};
use crate::kubernetes::object::{Object, Part};
use crate::names;
use crate::prometheus::Exporter;

/// What an exporter's port is called.
const PORT: &str = "metrics";

/// What its pods are labelled as.
const COMPONENT: &str = "exporter";

/// The annotations of the pods of a datastore, by which Prometheus finds what tells about it.
pub(super) fn annotations(scene: &Scene<'_>, datastore: &Datastore) -> Option<BTreeMap<String, String>> {
    let exporter = Exporter::of(datastore, scene.stack)?;
    let pairs =
        [("scrape", "true".to_owned()), ("port", exporter.port.to_string()), ("path", exporter.path.to_owned())];
    Some(pairs.map(|(key, value)| (format!("prometheus.io/{key}"), value)).into_iter().collect())
}

/// The port at which a datastore is scraped.
pub(super) fn port(scene: &Scene<'_>, datastore: &Datastore) -> Option<u16> {
    Exporter::of(datastore, scene.stack).map(|exporter| exporter.port)
}

/// Adds to the container of a server that tells by itself what it needs for that; or makes the container that tells.
pub(super) fn beside(scene: &Scene<'_>, datastore: &Datastore, server: &mut Container) -> Option<Container> {
    let exporter = Exporter::of(datastore, scene.stack)?;
    if exporter.image.is_some() {
        return container(scene, datastore, exporter, "127.0.0.1");
    }
    let start = Exporter::start(datastore, scene.stack, "127.0.0.1", "");
    server.env.get_or_insert_default().extend(start.variables.into_iter().map(|(name, text)| value(name, text)));
    let ports = server.ports.get_or_insert_default();
    if ports.iter().all(|port| port.container_port != i32::from(exporter.port)) {
        ports.push(listening(PORT, exporter.port.into()));
    }
    None
}

fn container(scene: &Scene<'_>, datastore: &Datastore, exporter: Exporter, host: &str) -> Option<Container> {
    let start = Exporter::start(datastore, scene.stack, host, "$(EXPORTER_PASSWORD)");
    let credentials = || names::credentials_object(&datastore.name);
    let mut env: Vec<EnvVar> = vec![from_secret("EXPORTER_PASSWORD", credentials(), "password", true)];
    if host.starts_with("$(") {
        env.push(from_secret("EXPORTER_HOST", credentials(), "host", true));
    }
    env.extend(start.variables.into_iter().map(|(name, text)| value(name, text)));
    Some(Container {
        name: format!("{}-exporter", datastore.name.as_str()),
        image: some(exporter.image?),
        args: filled(start.arguments),
        ports: Some(vec![listening(PORT, exporter.port.into())]),
        env: Some(env),
        resources: Some(figures(scene, ["10m", "32Mi", "16Mi"], ["100m", "128Mi", "64Mi"])),
        security_context: Some(security::container()),
        ..Container::default()
    })
}

/// A workload that tells about a datastore which a provider runs.
pub(super) fn add<'a>(scene: &Scene<'a>, datastore: &'a Datastore, objects: &mut Vec<Object<'a>>) {
    let Some(exporter) = Exporter::of(datastore, scene.stack) else { return };
    let Some(container) = container(scene, datastore, exporter, "$(EXPORTER_HOST)") else { return };
    let part = Part::Datastore(&datastore.name);
    let name = scene.apart(&exporter.host(datastore));
    objects.push(Object::of(part, service::account(scene, &name, COMPONENT)));
    objects.push(Object::of(part, deployment(scene, datastore, &name, container)));
    if scene.confines() {
        let mut traffic = Traffic::default();
        traffic.admit(vec![policy::monitoring()], &[exporter.port]);
        traffic.resolve();
        policy::reach(scene, datastore, &mut traffic);
        let metadata = scene.metadata(policy_name(&name), &name, COMPONENT);
        objects.push(Object::of(part, traffic.policy(metadata, matching(scene.selector(&name)))));
    }
}

fn deployment(scene: &Scene<'_>, datastore: &Datastore, name: &str, container: Container) -> Deployment {
    let container = Container {
        readiness_probe: Some(probe::get("/", PORT)),
        liveness_probe: Some(probe::patient(probe::knock(PORT))),
        ..container
    };
    let spec = PodSpec {
        service_account_name: some(name),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        security_context: Some(security::pod(security::USER)),
        containers: vec![container],
        ..PodSpec::default()
    };
    let metadata = ObjectMeta {
        labels: Some(scene.labels(name, COMPONENT)),
        annotations: annotations(scene, datastore),
        ..ObjectMeta::default()
    };
    Deployment {
        metadata: scene.metadata(name, name, COMPONENT),
        spec: Some(DeploymentSpec {
            replicas: Some(1),
            selector: matching(scene.selector(name)),
            revision_history_limit: Some(5),
            template: PodTemplateSpec { metadata: Some(metadata), spec: Some(spec) },
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    }
}
