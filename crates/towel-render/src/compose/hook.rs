//! Commands that run once before a service starts, as containers of its image.

use towel_model::Service;

use super::artefact::Artefact;
use super::environment::{command, variables};
use super::needs::{self, Awaited};
use super::setting::Setting;
use super::workload;
use crate::yaml::{Map, Yaml};

/// The names of its containers, in their order.
pub(super) fn names(setting: Setting<'_>, service: &Service) -> Vec<String> {
    let name = |place: usize| setting.unused(&format!("{}-before-{}", service.name.as_str(), place + 1));
    match service.rollout.before.len() {
        1 => vec![setting.unused(&format!("{}-before", service.name.as_str()))],
        count => (0..count).map(name).collect(),
    }
}

/// One container after the other.
pub(super) fn containers(setting: Setting<'_>, service: &Service, artefact: &Artefact) -> Vec<(String, Map)> {
    let names = names(setting, service);
    let mut awaited: Vec<Awaited> = needs::of(setting, service);
    let mut containers = Vec::new();
    for (hook, name) in service.rollout.before.iter().zip(names) {
        let container = workload::origin(setting, service, artefact)
            .with("command", Yaml::row(command(setting, service, &hook.run)))
            .with("init", true)
            .unless_empty("environment", variables(setting, service))
            .unless_empty("depends_on", needs::depends_on(awaited.clone()))
            .with("networks", Yaml::row(workload::inner_networks(service, setting)))
            // A command that failed has to be looked at, not repeated.
            .with("restart", "no");
        containers.push((name.clone(), workload::held(container, service)));
        awaited.push(needs::finished(name));
    }
    containers
}
