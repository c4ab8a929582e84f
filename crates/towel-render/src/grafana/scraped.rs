//! What Prometheus scrapes besides services, and how its series are told apart.

use towel_model::{Datastore, DatastoreKind, EngineKind, Service, Stack};

use crate::names;
use crate::prometheus::Exporter;

/// Datastores whose series Prometheus has.
pub(super) fn datastores(stack: &Stack) -> impl Iterator<Item = &Datastore> {
    stack.datastores.iter().filter(|datastore| Exporter::of(datastore, stack).is_some())
}

/// `job="database"`: the matcher of a datastore's series.
pub(super) fn job(datastore: &Datastore) -> String {
    format!("job=\"{}\"", datastore.name.as_str())
}

/// 1 while the datastore answers.
pub(super) fn up(datastore: &Datastore) -> String {
    let metric = match *datastore.kind {
        DatastoreKind::Postgres => "pg_up",
        DatastoreKind::Mysql | DatastoreKind::Mariadb => "mysql_up",
        DatastoreKind::Mongodb => "mongodb_up",
        DatastoreKind::Redis => "redis_up",
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => "up",
    };
    format!("{metric}{{{}}}", job(datastore))
}

/// Whether the environment is a cluster: its containers are known by namespace and pod.
pub(super) fn in_cluster(stack: &Stack) -> bool {
    *stack.environment.engine == EngineKind::Kubernetes
}

/// The matchers of a service's containers.
pub(super) fn containers(stack: &Stack, service: &Service) -> String {
    let name = service.name.as_str();
    if in_cluster(stack) {
        format!("namespace=\"{}\", container=\"{name}\"", names::namespace(stack))
    } else {
        format!("container_label_com_docker_compose_service=\"{name}\"")
    }
}

/// The matchers of all of the product's containers.
pub(super) fn all_containers(stack: &Stack) -> String {
    if in_cluster(stack) {
        // Without a name it is the whole pod, or the pause container.
        format!("namespace=\"{}\", container!=\"\"", names::namespace(stack))
    } else {
        format!("container_label_com_docker_compose_project=\"{}\"", stack.name.as_str())
    }
}

/// The label that tells containers apart for people.
pub(super) fn container_label(stack: &Stack) -> &'static str {
    if in_cluster(stack) { "container" } else { "container_label_com_docker_compose_service" }
}

/// The label that tells the instances of one service apart.
pub(super) fn instance_label(stack: &Stack) -> &'static str {
    if in_cluster(stack) { "pod" } else { "name" }
}
