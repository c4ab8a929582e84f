//! A service: its account, variables, Deployment, Service, and what scales, guards and exposes it.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::{ConfigMap, PodSpec, PodTemplateSpec, ServiceAccount, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use towel_model::{Service, Strategy};

use super::container::{UNTIL_UNROUTED, container, port_name};
use super::scene::Scene;
use super::shorthand::{count, matching, seconds, some};
use super::variable::{UNRELEASED, VERSION_LABEL, Variables, config_name};
use super::{autoscaler, disruption, frontdoor, pod, policy, security, writable};
use crate::kubernetes::object::{Object, Part};
use crate::quantity;

/// Adds all objects of a service.
pub(super) fn add<'a>(scene: &Scene<'a>, service: &'a Service, objects: &mut Vec<Object<'a>>) {
    let part = Part::Service(&service.name);
    let variables = Variables::of(scene, service);
    objects.push(Object::of(part, account(scene, &service.name, component(service))));
    if !variables.plain.is_empty() {
        objects.push(Object::of(part, config(scene, service, variables.plain.clone())));
    }
    objects.push(deployment(scene, service, &variables));
    if let Some(service) = listener(scene, service) {
        objects.push(Object::of(part, service));
    }
    objects.extend(autoscaler::of(scene, service).map(|it| Object::of(part, it)));
    objects.extend(disruption::of_service(scene, service).map(|it| Object::of(part, it)));
    objects.extend(policy::of_service(scene, service, &variables));
    objects.extend(frontdoor::of_service(scene, service));
}

/// What its objects are labelled as: whether anybody calls it.
pub(super) fn component(service: &Service) -> &'static str {
    if service.port.is_some() { "service" } else { "worker" }
}

/// An account of its own without a token: nothing in the pod talks to the cluster.
pub(super) fn account(scene: &Scene<'_>, name: &str, component: &str) -> ServiceAccount {
    ServiceAccount {
        metadata: scene.metadata(name, name, component),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}

fn config(scene: &Scene<'_>, service: &Service, data: BTreeMap<String, String>) -> ConfigMap {
    ConfigMap {
        metadata: scene.metadata(config_name(&service.name), &service.name, component(service)),
        immutable: Some(true),
        data: Some(data),
        ..ConfigMap::default()
    }
}

fn deployment<'a>(scene: &Scene<'a>, service: &'a Service, variables: &Variables) -> Object<'a> {
    let name = service.name.as_str();
    let scaled = autoscaler::is_scaled(service);
    let deployment = Deployment {
        metadata: ObjectMeta { annotations: about(scene, service), ..scene.metadata(name, name, component(service)) },
        spec: Some(DeploymentSpec {
            // With an autoscaler, each `apply` would throw away what it had decided.
            replicas: (!scaled).then(|| count(service.replicas.max)),
            selector: matching(scene.selector(name)),
            strategy: Some(strategy(service)),
            revision_history_limit: Some(5),
            progress_deadline_seconds: Some(seconds(service.rollout.deadline.value).max(1)),
            template: PodTemplateSpec {
                metadata: Some(template_metadata(scene, service, variables)),
                spec: Some(pod_spec(scene, service, variables)),
            },
            ..DeploymentSpec::default()
        }),
        ..Deployment::default()
    };
    let object = Object::of(Part::Service(name), deployment);
    let stop = quantity::duration(service.stop.value);
    match service.port {
        Some(_) => object.explained(
            "spec.template.spec.terminationGracePeriodSeconds",
            format!("{} until no router sends requests, and {stop} to end.", quantity::duration(UNTIL_UNROUTED)),
        ),
        None => object,
    }
}

/// Who to ask about it, and what it is.
fn about(scene: &Scene<'_>, service: &Service) -> Option<BTreeMap<String, String>> {
    let owner = service.owner.as_ref().or(scene.stack.owner.as_ref());
    let owner = owner.map(|owner| ("towel/owner".to_owned(), owner.to_string()));
    let description = service.description.as_ref();
    let description = description.map(|text| ("kubernetes.io/description".to_owned(), text.to_string()));
    let annotations: BTreeMap<_, _> = owner.into_iter().chain(description).collect();
    (!annotations.is_empty()).then_some(annotations)
}

fn strategy(service: &Service) -> DeploymentStrategy {
    if *service.rollout.strategy == Strategy::Recreate {
        return DeploymentStrategy { type_: some("Recreate"), rolling_update: None };
    }
    // The old ones serve until the new ones are ready, whatever becomes of those.
    let rolling_update = RollingUpdateDeployment {
        max_surge: Some(IntOrString::Int(count(service.rollout.surge.value))),
        max_unavailable: Some(IntOrString::Int(0)),
    };
    DeploymentStrategy { type_: some("RollingUpdate"), rolling_update: Some(rolling_update) }
}

fn template_metadata(scene: &Scene<'_>, service: &Service, variables: &Variables) -> ObjectMeta {
    let mut labels = scene.labels(&service.name, component(service));
    if variables.ask_for_version() {
        labels.insert(VERSION_LABEL.to_owned(), UNRELEASED.to_owned());
    }
    let scrape = service.metrics.as_ref().zip(service.port.as_ref()).map(|(metrics, port)| {
        let pairs = [("scrape", "true".to_owned()), ("port", port.to_string()), ("path", metrics.path.clone())];
        pairs.map(|(key, value)| (format!("prometheus.io/{key}"), value)).into_iter().collect()
    });
    ObjectMeta { labels: Some(labels), annotations: scrape, ..ObjectMeta::default() }
}

fn pod_spec(scene: &Scene<'_>, service: &Service, variables: &Variables) -> PodSpec {
    let name = service.name.as_str();
    let several = service.replicas.max > 1;
    let unrouted = if service.port.is_some() { UNTIL_UNROUTED } else { std::time::Duration::ZERO };
    PodSpec {
        service_account_name: some(name),
        automount_service_account_token: Some(false),
        // Other services are found by name; a variable for each of them would only be noise.
        enable_service_links: Some(false),
        termination_grace_period_seconds: Some(seconds(unrouted + service.stop.value).into()),
        security_context: Some(security::pod(security::USER)),
        affinity: several.then(|| pod::apart(scene, name)),
        topology_spread_constraints: several.then(|| pod::spread(scene, name, "pod-template-hash")),
        init_containers: writable::filled(scene, service).map(|filled| vec![filled]),
        containers: vec![container(scene, service, variables)],
        volumes: Some(writable::volumes(service)),
        ..PodSpec::default()
    }
}

fn listener(scene: &Scene<'_>, service: &Service) -> Option<k8s_openapi::api::core::v1::Service> {
    let (name, port) = (port_name(service)?, service.port.as_ref()?);
    let port = ServicePort {
        name: some(name),
        port: port.value.into(),
        target_port: Some(IntOrString::String(name.to_owned())),
        protocol: some("TCP"),
        ..ServicePort::default()
    };
    Some(k8s_openapi::api::core::v1::Service {
        metadata: scene.metadata(service.name.as_str(), &service.name, component(service)),
        spec: Some(ServiceSpec {
            type_: some("ClusterIP"),
            selector: Some(scene.selector(&service.name)),
            ports: Some(vec![port]),
            ..ServiceSpec::default()
        }),
        ..k8s_openapi::api::core::v1::Service::default()
    })
}
