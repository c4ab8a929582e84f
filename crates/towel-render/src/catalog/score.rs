//! A Score file: one service for any platform that reads Score.

use towel_model::{Ask, Cpu, Expose, Part, Probe, Range, Reference, Service, Size, Stack, Template};

use super::outputs::{self, ENVIRONMENT};
use crate::yaml::{Map, Yaml};
use crate::{names, quantity};

/// The Score file of one service.
pub(super) fn workload(stack: &Stack, service: &Service) -> Yaml {
    let name = score_name(&service.name);
    let metadata = Map::new().with("name", name.clone()).maybe("annotations", annotations(service));
    Map::new()
        .with("apiVersion", "score.dev/v1b1")
        .with("metadata", metadata)
        .blank()
        .with("containers", Map::new().with(name, container(stack, service)))
        .maybe("service", service.port.as_ref().map(|port| ports(port.value)))
        .unless_empty("resources", resources(stack, service))
        .into()
}

/// Score wants two characters at least.
fn score_name(name: &str) -> String {
    if name.len() < 2 { format!("{name}-service") } else { name.to_owned() }
}

fn annotations(service: &Service) -> Option<Map> {
    let about = service.description.as_ref()?;
    Some(Map::new().with("description", about.to_string()))
}

fn container(stack: &Stack, service: &Service) -> Map {
    let port = service.port.as_ref().map(|port| port.value);
    let probe = |probe: Option<&towel_source::Spanned<Probe>>| probe.and_then(|probe| self::probe(&probe.ask, port));
    image(service, stack)
        .unless_empty("variables", variables(stack, service))
        .unless_empty("resources", limits(service))
        .maybe("livenessProbe", probe(service.health.live.as_ref()))
        .maybe("readinessProbe", probe(service.health.ready.as_ref()))
}

/// Score has no place for a version: whoever deploys brings the image.
fn image(service: &Service, stack: &Stack) -> Map {
    let map = Map::new();
    match &service.image {
        Some(image) if image.references().next().is_none() => map.with("image", image.text.clone()),
        Some(image) => map.comment(format!("`--image {}`", hinted(image, stack, &service.name))).with("image", "."),
        None => map.comment("`--image` with what is built from the source").with("image", "."),
    }
}

/// The image as a shell says it.
fn hinted(image: &Template, stack: &Stack, service: &str) -> String {
    let variable = names::version_variable(service);
    let parts = image.parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Reference { to: Reference::Version, .. } => format!("${variable}"),
        Part::Reference { to, .. } => match to {
            Reference::Environment(towel_model::EnvironmentField::Name) => stack.environment.name.to_string(),
            _ => "…".to_owned(),
        },
    });
    parts.collect()
}

fn variables(stack: &Stack, service: &Service) -> Map {
    let given = service.env.iter().filter_map(|variable| {
        let value = outputs::text(variable.value.as_ref()?, stack, &service.name);
        Some((variable.name.to_string(), value))
    });
    given.collect()
}

fn limits(service: &Service) -> Map {
    let (cpu, memory) = (service.resources.cpu.as_ref(), service.resources.memory.as_ref());
    let side = |cpu_of: fn(Range<Cpu>) -> Cpu, memory_of: fn(Range<Size>) -> Size| {
        Map::new()
            .maybe("cpu", cpu.map(|range| quantity::cpu(cpu_of(**range))))
            .maybe("memory", memory.map(|range| quantity::size(memory_of(**range))))
    };
    Map::new()
        .unless_empty("requests", side(|range| range.min, |range| range.min))
        .unless_empty("limits", side(|range| range.max, |range| range.max))
}

fn probe(ask: &Ask, port: Option<u16>) -> Option<Map> {
    match ask {
        Ask::Http(path) => {
            let get = Map::new().with("path", path.clone()).maybe("port", port);
            Some(Map::new().with("httpGet", get))
        }
        Ask::Run(command) => {
            let words = crate::words::words(command).into_iter().map(|word| word.text);
            Some(Map::new().with("exec", Map::new().with("command", Yaml::row(words))))
        }
        Ask::Tcp => None,
    }
}

fn ports(port: u16) -> Map {
    let http = Map::new().with("port", port).with("targetPort", port).with("protocol", "TCP");
    Map::new().with("ports", Map::new().with("http", http))
}

fn resources(stack: &Stack, service: &Service) -> Map {
    let mut resources = Map::new();
    if asks_the_platform(service) {
        resources = resources
            .comment("Secrets, and what differs between environments: `score-compose generate --env-file`.")
            .with(ENVIRONMENT, Map::new().with("type", "environment"));
    }
    for need in named(service) {
        if let Some(datastore) = stack.datastore(&need) {
            resources.insert(outputs::resource(&need), Map::new().with("type", outputs::kind(*datastore.kind)));
        } else if stack.service(&need).is_some_and(|other| other.port.is_some()) {
            let params = Map::new().with("workload", score_name(&need)).with("port", "http");
            resources.insert(outputs::resource(&need), Map::new().with("type", "service-port").with("params", params));
        }
    }
    match (&service.expose, &service.port) {
        (Some(expose), Some(_)) => resources.with(route_name(stack), route(stack, service, expose)),
        _ => resources,
    }
}

/// What it needs, and what its variables speak of without saying so under `needs`.
fn named(service: &Service) -> Vec<String> {
    let mut named: Vec<String> = service.needs.iter().map(|need| need.to_string()).collect();
    for (reference, _) in service.env.iter().filter_map(|it| it.value.as_ref()).flat_map(|value| value.references()) {
        if let Reference::Datastore { name, .. } | Reference::Service { name, .. } = reference
            && !named.contains(name)
        {
            named.push(name.clone());
        }
    }
    named
}

fn asks_the_platform(service: &Service) -> bool {
    let host = service.expose.iter().filter(|_| service.port.is_some()).map(|expose| &expose.host.value);
    let values = service.env.iter().filter_map(|variable| variable.value.as_deref());
    values.chain(host).flat_map(|value| value.references()).any(|(reference, _)| {
        matches!(reference, Reference::Secret(_) | Reference::Environment(_) | Reference::Version)
    })
}

/// A name that no service or datastore has.
fn route_name(stack: &Stack) -> String {
    let mut name = "route".to_owned();
    while stack.service(&name).is_some() || stack.datastore(&name).is_some() {
        name.insert_str(0, "public-");
    }
    name
}

fn route(stack: &Stack, service: &Service, expose: &Expose) -> Map {
    let params = Map::new()
        .with("host", outputs::text(&expose.host, stack, &service.name))
        .with("path", expose.path.to_string())
        .maybe("port", service.port.as_ref().map(|port| port.value));
    Map::new().with("type", "route").with("params", params)
}
