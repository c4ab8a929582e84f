//! The container of a service: its image, variables, figures and questions.

use std::time::Duration;

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, Lifecycle, LifecycleHandler, ResourceRequirements, SleepAction,
};
use towel_model::{Ask, Cpu, Range, Service, Size};

use super::scene::Scene;
use super::shorthand::{filled, from_config, quantities, some};
use super::variable::{Variables, config_name, image};
use super::{probe, security, writable};
use crate::quantity;

/// From the moment in which a pod is to end until no router sends it requests any more: endpoints are told
/// everywhere within a few seconds, and a process that stopped listening earlier would refuse what still comes.
pub(super) const UNTIL_UNROUTED: Duration = Duration::from_secs(5);

const CPU: Range<Cpu> = Range { min: Cpu(250), max: Cpu(500) };
const MEMORY: Range<Size> = Range { min: Size(256 << 20), max: Size(512 << 20) };

/// A service's port as its container, its Service, its probes and its scrape all call it.
pub(super) fn port_name(service: &Service) -> Option<&'static str> {
    service.port.as_ref()?;
    let probes = [&service.health.live, &service.health.ready];
    let speaks_http = service.expose.is_some()
        || service.metrics.is_some()
        || probes.into_iter().flatten().any(|probe| matches!(probe.ask, Ask::Http(_)));
    Some(if speaks_http { "http" } else { "tcp" })
}

/// The container of a service.
pub(super) fn container(scene: &Scene<'_>, service: &Service, variables: &Variables) -> Container {
    let port = port_name(service);
    let mut container = Container {
        name: service.name.to_string(),
        image: Some(image(scene.stack, service)),
        ports: port.zip(service.port.as_ref()).map(|(name, number)| vec![listening(name, number.value.into())]),
        env: filled(variables.taken.clone()),
        env_from: (!variables.plain.is_empty()).then(|| vec![from_config(config_name(&service.name))]),
        resources: Some(resources(scene, service)),
        security_context: Some(security::container()),
        volume_mounts: Some(writable::mounts(service)),
        lifecycle: port.map(|_| leave_first()),
        ..Container::default()
    };
    probe::watch(scene, service, port, &mut container);
    container
}

pub(super) fn listening(name: &str, number: i32) -> ContainerPort {
    ContainerPort { name: some(name), container_port: number, protocol: some("TCP"), ..ContainerPort::default() }
}

fn leave_first() -> Lifecycle {
    let seconds = i64::from(super::shorthand::seconds(UNTIL_UNROUTED));
    let pre_stop = LifecycleHandler { sleep: Some(SleepAction { seconds }), ..LifecycleHandler::default() };
    Lifecycle { pre_stop: Some(pre_stop), ..Lifecycle::default() }
}

/// What is declared, or the defaults: without requests, neither the scheduler nor the autoscaler can count.
pub(super) fn resources(scene: &Scene<'_>, service: &Service) -> ResourceRequirements {
    let cpu = service.resources.cpu.as_ref().map(|range| range.value);
    let memory = service.resources.memory.as_ref().map(|range| range.value);
    let confines = scene.confines();
    let limit = |declared: bool| confines || declared;
    // Only logs and `/tmp` are written to a node's disk; more than this would be at the cost of others there.
    let mut limits = quantities([]);
    if confines {
        limits.extend(quantities([("ephemeral-storage", "1Gi".to_owned())]));
    }
    if limit(cpu.is_some()) {
        limits.extend(quantities([("cpu", quantity::cpu(cpu.unwrap_or(CPU).max))]));
    }
    if limit(memory.is_some()) {
        limits.extend(quantities([("memory", quantity::size(memory.unwrap_or(MEMORY).max))]));
    }
    let requests = quantities([
        ("cpu", quantity::cpu(cpu.unwrap_or(CPU).min)),
        ("memory", quantity::size(memory.unwrap_or(MEMORY).min)),
        ("ephemeral-storage", "64Mi".to_owned()),
    ]);
    ResourceRequirements {
        requests: Some(requests),
        limits: (!limits.is_empty()).then_some(limits),
        ..ResourceRequirements::default()
    }
}
