//! A service as Render hosts it.

use std::collections::HashMap;

use towel_model::{Ask, Service, Stack};

use super::host::{LONGEST_STOP, domains, kind, known, name, runs};
use super::variable::Users;
use super::{plan, variable};
use crate::compose::{Folders, is_built};
use crate::docker::{folder, within};
use crate::quantity;
use crate::yaml::{Map, Yaml};

/// What is known of all services together.
pub(super) struct Whole<'a> {
    pub(super) stack: &'a Stack,
    folders: Folders,
    domains: HashMap<&'a str, String>,
    pub(super) users: Users<'a>,
}

impl<'a> Whole<'a> {
    pub(super) fn of(stack: &'a Stack) -> Self {
        Self { stack, folders: Folders::of(stack), domains: domains(stack), users: Users::of(stack) }
    }
}

/// None when Render cannot run it.
pub(super) fn service(whole: &Whole<'_>, service: &Service) -> Option<Map> {
    let stack = whole.stack;
    if !runs(service) {
        return None;
    }
    let kind = kind(service);
    let description = service.description.as_ref().map(ToString::to_string);
    let map = description.map_or_else(Map::new, |description| Map::new().comment(description));
    let map = map.with("type", kind).with("name", name(stack, &service.name));
    let map = origin(stack, service, &whole.folders, map)
        .with("plan", plan::of_service(&service.resources))
        .maybe("preDeployCommand", before(service));
    let map = instances(service, map)
        .maybe("healthCheckPath", health_path(service))
        .with("maxShutdownDelaySeconds", quantity::seconds(*service.stop).clamp(1, LONGEST_STOP));
    let domain = whole.domains.get(service.name.as_str());
    let map = map.maybe("domains", domain.map(|domain| vec![domain.clone()]));
    Some(map.unless_empty("envVars", variable::variables(stack, service, &whole.users)))
}

fn origin(stack: &Stack, service: &Service, folders: &Folders, map: Map) -> Map {
    let source = service.source.as_ref().filter(|_| is_built(service)).and_then(|source| folder(source));
    let Some(source) = source else {
        let image = service.image.as_ref().and_then(|image| image.fill(|to| known(stack, to).ok_or(())).ok());
        return map.with("runtime", "image").maybe("image", image.map(|image| Map::new().with("url", image)));
    };
    // A deploy that a person has to allow is started by one; the others wait for the pipeline.
    let trigger = if stack.environment.approval { "off" } else { "checksPass" };
    let context = if source.is_empty() { ".".to_owned() } else { format!("./{source}") };
    let map = map
        .with("runtime", "docker")
        .with("dockerContext", context)
        .with("dockerfilePath", format!("./{}", within(&source, &folders.dockerfile(service))))
        .with("autoDeployTrigger", trigger);
    if source.is_empty() {
        return map;
    }
    map.with("buildFilter", Map::new().with("paths", Yaml::row([format!("{source}/**")])))
}

fn instances(service: &Service, map: Map) -> Map {
    let range = &service.replicas;
    let Some(scale_on) = service.scale_on.as_ref().filter(|_| range.min < range.max) else {
        return map.with("numInstances", range.min.max(1));
    };
    let percent = |percent: f64| i64::from(percent.round().clamp(1.0, 90.0) as u8);
    let scaling = Map::new()
        .with("minInstances", range.min.max(1))
        .with("maxInstances", range.max)
        .maybe("targetCPUPercent", scale_on.cpu.as_ref().map(|cpu| percent(cpu.0)))
        .maybe("targetMemoryPercent", scale_on.memory.as_ref().map(|memory| percent(memory.0)));
    map.with("scaling", scaling)
}

/// Only what is reached from outside is asked by HTTP.
pub(super) fn health_path(service: &Service) -> Option<String> {
    let probe = service.health.ready.as_ref().or(service.health.live.as_ref()).filter(|_| kind(service) == "web")?;
    match &probe.ask {
        Ask::Http(path) => Some(path.clone()),
        Ask::Tcp | Ask::Run(_) => None,
    }
}

/// One command line; none when a command needs a value that only a running service has.
pub(super) fn before(service: &Service) -> Option<String> {
    let hooks = &service.rollout.before;
    let is_literal = hooks.iter().all(|hook| hook.run.references().next().is_none());
    let commands: Vec<&str> = hooks.iter().map(|hook| hook.run.text.as_str()).collect();
    (is_literal && !commands.is_empty()).then(|| commands.join(" && "))
}
