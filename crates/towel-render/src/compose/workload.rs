//! A service as a container.

use towel_model::Service;

use super::artefact::Artefact;
use super::environment::variables;
use super::needs;
use super::proxy::is_exposed;
use super::setting::Setting;
use super::{health, hook};
use crate::quantity;
use crate::yaml::{Map, Yaml};

/// The service's containers.
pub(super) fn container(setting: Setting<'_>, service: &Service, artefact: &Artefact) -> Map {
    let mut awaited = needs::of(setting, service);
    awaited.extend(hook::names(setting, service).pop().map(needs::finished));
    let container = origin(setting, service, artefact)
        // Passes signals on and takes in orphans, which few programs do as a container's first process.
        .with("init", true)
        .unless_empty("environment", variables(setting, service))
        .unless_empty("depends_on", needs::depends_on(awaited))
        .maybe("healthcheck", health::check(setting, service))
        .with("networks", networks(service, setting))
        .with("stop_grace_period", quantity::duration(*service.stop))
        .with("restart", restart(setting));
    let replicas = service.replicas.min;
    let container = if replicas == 1 {
        container
    } else {
        container.with("deploy", Map::new().with("replicas", replicas).inline())
    };
    held(container, service)
}

/// Where the container's files come from.
pub(super) fn origin(setting: Setting<'_>, service: &Service, artefact: &Artefact) -> Map {
    match artefact {
        Artefact::Image(image) => Map::new().with("image", image.clone()),
        Artefact::Built { context, dockerfile } => {
            let build = match dockerfile.as_str() {
                "Dockerfile" => Map::new().with("context", context.clone()),
                other => Map::new().with("context", context.clone()).with("dockerfile", other.to_owned()),
            };
            // Without a name of its own, each of the service's containers would be built again.
            let image = format!("{}-{}", setting.project(), service.name.as_str());
            Map::new().with("build", build).with("image", format!("{image}:dev"))
        }
    }
}

/// Exposed services meet the proxy in `edge`, datastores their users in `data`, services each other in `services`.
pub(super) fn networks(service: &Service, setting: Setting<'_>) -> Yaml {
    let mut networks = inner_networks(service, setting);
    if is_exposed(service) {
        networks.push("edge");
    }
    Yaml::row(networks)
}

/// Those of a container that takes no requests from outside.
pub(super) fn inner_networks(service: &Service, setting: Setting<'_>) -> Vec<&'static str> {
    let mut networks = vec!["services"];
    if service.needs.iter().any(|need| setting.stack.datastore(need).is_some()) {
        networks.push("data");
    }
    networks
}

/// A developer wants to see a crash, and no containers after the machine's next start.
pub(super) fn restart(setting: Setting<'_>) -> &'static str {
    if setting.is_for_developers() { "on-failure" } else { "unless-stopped" }
}

/// What the container may use, and what it must not.
pub(super) fn held(container: Map, service: &Service) -> Map {
    let cpu = service.resources.cpu.as_ref();
    let memory = service.resources.memory.as_ref();
    let container = container
        .maybe("cpu_shares", cpu.map(|cpu| i64::from(cpu.min.0.max(2)) * 1024 / 1000))
        .maybe("cpus", cpu.map(|cpu| Yaml::Number(f64::from(cpu.max.0) / 1000.0)))
        .maybe("mem_reservation", memory.map(|memory| quantity::docker_size(memory.min)))
        .maybe("mem_limit", memory.map(|memory| quantity::docker_size(memory.max)));
    // Images of others may need rights that ours do without.
    let container = if service.stack.is_some() { container.with("cap_drop", Yaml::row(["ALL"])) } else { container };
    bounded(container.with("security_opt", Yaml::row(["no-new-privileges:true"])))
}

/// Logs that do not fill the disk.
pub(super) fn bounded(container: Map) -> Map {
    let options = Map::new().with("max-size", "10m").with("max-file", "3").inline();
    container.with("logging", Map::new().with("driver", "json-file").with("options", options).inline())
}

/// Folders in memory that every user may write to, whatever the image made of them.
pub(super) fn scratch(folders: &[&str]) -> Yaml {
    Yaml::row(folders.iter().map(|folder| format!("{folder}:mode=1777")))
}
