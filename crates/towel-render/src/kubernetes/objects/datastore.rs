//! A datastore that runs in the cluster: its account, Service, StatefulSet, and who may reach it.

use std::time::Duration;

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec};
use k8s_openapi::api::core::v1::{
    Container, PersistentVolumeClaim, PersistentVolumeClaimSpec, PodSpec, PodTemplateSpec, ResourceRequirements,
    Service, ServicePort, ServiceSpec, VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use towel_model::{Datastore, DatastoreKind, Size};

use super::container::listening;
use super::scene::Scene;
use super::server_setup::Setup;
use super::shorthand::{count, filled, matching, mount, quantities, scratch, some, texts};
use super::{backup, disruption, exporter, mongodb, pod, policy, probe, security, service};
use crate::kubernetes::object::{Object, Part};
use crate::quantity;
use crate::server::Server;

/// What a server's port is called.
const PORT: &str = "main";

/// A start may have to go through a log of hours.
const START: Duration = Duration::from_secs(30 * 60);

/// What is in memory or in flight is written down before the end.
const STOP: i64 = 120;

/// Adds all objects of a datastore but its backups. One that a provider runs has none but, for those, an account.
pub(super) fn add<'a>(scene: &Scene<'a>, datastore: &'a Datastore, objects: &mut Vec<Object<'a>>) {
    let part = Part::Datastore(&datastore.name);
    let name = datastore.name.as_str();
    let component = component(*datastore.kind);
    let backups = backup::is_rendered(scene, datastore);
    if datastore.managed.is_none() || backups {
        objects.push(Object::of(part, service::account(scene, name, component)));
    }
    if datastore.managed.is_some() {
        exporter::add(scene, datastore, objects);
        return;
    }
    objects.push(Object::of(part, headless(scene, datastore, component)));
    objects.push(Object::of(part, set(scene, datastore, component)));
    let is_set = *datastore.kind == DatastoreKind::Mongodb;
    if is_set {
        mongodb::add(scene, datastore, objects);
    }
    if !scene.confines() {
        return;
    }
    if servers(datastore) > 1 {
        objects.push(Object::of(part, disruption::budget(scene, name, component)));
    }
    let helpers = [is_set.then(|| mongodb::helper(datastore)), backups.then(|| backup::helper(datastore))];
    let helpers: Vec<String> = helpers.into_iter().flatten().collect();
    objects.push(policy::of_datastore(scene, datastore, component, &helpers));
}

/// How many servers there are. Several of most kinds need somebody who decides which of them is written to, and that
/// is a program of its own.
pub(super) fn servers(datastore: &Datastore) -> u32 {
    if is_confined_to_one(*datastore.kind) { 1 } else { datastore.replicas.value.max(1) }
}

/// Whether one server is all that can be had of a kind.
pub(crate) fn is_confined_to_one(kind: DatastoreKind) -> bool {
    kind != DatastoreKind::Mongodb
}

pub(super) const fn component(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb | DatastoreKind::Mongodb => "database",
        DatastoreKind::Redis => "cache",
        DatastoreKind::Rabbitmq => "broker",
        DatastoreKind::S3 => "storage",
    }
}

/// Figures of a server; the language has no key for them. Without a volume, all that it keeps is on its node's disk.
fn resources(scene: &Scene<'_>, datastore: &Datastore) -> ResourceRequirements {
    let disk = if datastore.storage.is_some() { "1Gi" } else { "10Gi" };
    figures(scene, ["250m", "512Mi", "64Mi"], ["1", "1Gi", disk])
}

/// Figures of what looks after a server.
pub(super) fn helper_resources(scene: &Scene<'_>) -> ResourceRequirements {
    figures(scene, ["100m", "128Mi", "64Mi"], ["1", "512Mi", "1Gi"])
}

pub(super) fn figures(scene: &Scene<'_>, requests: [&str; 3], limits: [&str; 3]) -> ResourceRequirements {
    let each = |[cpu, memory, disk]: [&str; 3]| {
        quantities(
            [("cpu", cpu), ("memory", memory), ("ephemeral-storage", disk)].map(|(key, it)| (key, it.to_owned())),
        )
    };
    ResourceRequirements {
        requests: Some(each(requests)),
        limits: scene.confines().then(|| each(limits)),
        ..ResourceRequirements::default()
    }
}

fn headless(scene: &Scene<'_>, datastore: &Datastore, component: &str) -> Service {
    let name = datastore.name.as_str();
    let port = ServicePort {
        name: some(PORT),
        port: scene.server(datastore).port.into(),
        target_port: Some(IntOrString::String(PORT.to_owned())),
        protocol: some("TCP"),
        ..ServicePort::default()
    };
    Service {
        metadata: scene.metadata(name, name, component),
        spec: Some(ServiceSpec {
            cluster_ip: some("None"),
            selector: Some(scene.selector(name)),
            ports: Some(vec![port]),
            // Members of a replica set have to find each other before they are one.
            publish_not_ready_addresses: (*datastore.kind == DatastoreKind::Mongodb).then_some(true),
            ..ServiceSpec::default()
        }),
        ..Service::default()
    }
}

fn set(scene: &Scene<'_>, datastore: &Datastore, component: &str) -> StatefulSet {
    let name = datastore.name.as_str();
    let servers = servers(datastore);
    let metadata = ObjectMeta {
        labels: Some(scene.labels(name, component)),
        annotations: exporter::annotations(scene, datastore),
        ..ObjectMeta::default()
    };
    StatefulSet {
        metadata: scene.metadata(name, name, component),
        spec: Some(StatefulSetSpec {
            replicas: Some(count(servers)),
            service_name: some(name),
            selector: matching(scene.selector(name)),
            pod_management_policy: (servers > 1).then(|| "Parallel".to_owned()),
            revision_history_limit: Some(5),
            template: PodTemplateSpec { metadata: Some(metadata), spec: Some(pod_spec(scene, datastore, servers)) },
            volume_claim_templates: datastore.storage.as_ref().map(|size| vec![claim("data", size.value)]),
            ..StatefulSetSpec::default()
        }),
        ..StatefulSet::default()
    }
}

/// A volume for one pod at a time.
pub(super) fn claim(name: &str, size: Size) -> PersistentVolumeClaim {
    PersistentVolumeClaim {
        metadata: ObjectMeta { name: some(name), ..ObjectMeta::default() },
        spec: Some(claim_spec(size)),
        ..PersistentVolumeClaim::default()
    }
}

pub(super) fn claim_spec(size: Size) -> PersistentVolumeClaimSpec {
    PersistentVolumeClaimSpec {
        access_modes: texts(["ReadWriteOnce"]),
        resources: Some(VolumeResourceRequirements {
            requests: Some(quantities([("storage", quantity::size(size))])),
            ..VolumeResourceRequirements::default()
        }),
        ..PersistentVolumeClaimSpec::default()
    }
}

fn pod_spec(scene: &Scene<'_>, datastore: &Datastore, servers: u32) -> PodSpec {
    let name = datastore.name.as_str();
    let server = scene.server(datastore);
    let setup = Setup::of(scene, datastore, &server);
    let mut volumes: Vec<_> = (0..setup.scratch.len()).map(|place| scratch(scratch_name(place))).collect();
    if datastore.storage.is_none() {
        volumes.push(scratch("data"));
    }
    let several = servers > 1;
    let mut main = container(scene, datastore, &server, setup);
    let exporter = exporter::beside(scene, datastore, &mut main);
    PodSpec {
        service_account_name: some(name),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        termination_grace_period_seconds: Some(STOP),
        security_context: Some(security::pod(user(&server))),
        affinity: several.then(|| pod::apart(scene, name)),
        topology_spread_constraints: several.then(|| pod::spread(scene, name, "controller-revision-hash")),
        containers: std::iter::once(main).chain(exporter).collect(),
        volumes: filled(volumes),
        ..PodSpec::default()
    }
}

/// The user of its image; those made from Alpine have their own numbers.
pub(super) fn user(server: &Server) -> i64 {
    match (server.image, server.tag.contains("alpine")) {
        ("postgres", true) => 70,
        ("rabbitmq", true) => 100,
        _ => server.uid,
    }
}

fn scratch_name(place: usize) -> &'static str {
    if place == 0 { "tmp" } else { "run" }
}

fn container(scene: &Scene<'_>, datastore: &Datastore, server: &Server, setup: Setup) -> Container {
    let data = VolumeMount { sub_path: setup.folder.map(str::to_owned), ..mount("data", server.data) };
    let scratch = setup.scratch.iter().enumerate().map(|(place, path)| mount(scratch_name(place), path));
    let mounts = std::iter::once(data).chain(scratch).collect();
    let knock = probe::patient(probe::knock(PORT));
    Container {
        name: datastore.name.to_string(),
        image: Some(server.reference()),
        command: filled(setup.command),
        args: filled(setup.args),
        ports: Some(vec![listening(PORT, server.port.into())]),
        env: filled(setup.env),
        resources: Some(resources(scene, datastore)),
        startup_probe: Some(probe::starting(&knock, START)),
        readiness_probe: Some(setup.ready),
        // While it recovers it takes no questions, and to start it again would begin the recovery anew.
        liveness_probe: Some(knock),
        security_context: Some(security::container()),
        volume_mounts: Some(mounts),
        ..Container::default()
    }
}
