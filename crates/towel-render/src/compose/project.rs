//! One whole Compose file.

use towel_model::EngineKind;

use super::setting::Setting;
use super::{admin, hook, proxy, store, workload};
use crate::yaml::{Map, Yaml};

/// A container with its name, and what a reader should know about it.
struct Container {
    name: String,
    about: Option<String>,
    map: Map,
}

/// The file; none when no container would run.
pub(super) fn document(setting: Setting<'_>) -> Option<Yaml> {
    let containers = containers(setting);
    if containers.is_empty() {
        return None;
    }
    let networks = networks(&containers);
    let mut services = Map::new();
    for Container { name, about, map } in containers {
        services = services.blank();
        services = match about {
            Some(about) => services.comment(about).with(name, map),
            None => services.with(name, map),
        };
    }
    let volumes = setting.stack.datastores.iter().flat_map(|datastore| store::volumes(setting, datastore));
    let volumes: Map = volumes.map(|name| (name, Map::new())).collect();
    let document = Map::new()
        .comment(introduction(setting))
        .with("name", setting.project())
        .blank()
        .with("services", services)
        .blank()
        .with("networks", networks);
    Some(document.blank().unless_empty("volumes", volumes).into())
}

fn introduction(setting: Setting<'_>) -> String {
    let name = setting.stack.environment.name.as_str();
    let place = match (setting.main, *setting.stack.environment.engine) {
        (true, EngineKind::Kubernetes) => {
            format!(
                "No environment has `engine: local`, so this is `{name}` the way a developer's machine would run it.\n"
            )
        }
        _ => String::new(),
    };
    let start = match (setting.main, setting.is_for_developers()) {
        (true, true) => "docker compose up --build --detach".to_owned(),
        (true, false) => "docker compose up --detach".to_owned(),
        (false, _) => format!("docker compose --env-file .env --file {} up --detach", setting.path()),
    };
    let tools = if setting.is_for_developers() {
        "\nWith `--profile tools`, admin pages and a mail catcher run too."
    } else {
        ""
    };
    format!("{place}Copy .env.example to .env and fill it in, then: {start}{tools}")
}

fn containers(setting: Setting<'_>) -> Vec<Container> {
    let mut containers = Vec::new();
    let mut add = |(name, map): (String, Map), about: Option<String>| containers.push(Container { name, about, map });
    for (service, artefact) in setting.artefacts() {
        for container in hook::containers(setting, service, &artefact) {
            add(container, Some(format!("Has to end well before `{}` starts.", service.name.as_str())));
        }
        let container = workload::container(setting, service, &artefact);
        add((service.name.to_string(), container), service.description.as_ref().map(ToString::to_string));
    }
    for datastore in &setting.stack.datastores {
        store::containers(setting, datastore).into_iter().for_each(|container| add(container, None));
    }
    proxy::container(setting).into_iter().for_each(|container| add(container, None));
    if !containers.is_empty() {
        let tools = admin::containers(setting).into_iter();
        containers.extend(tools.map(|tool| Container {
            name: tool.name,
            about: Some(tool.about),
            map: tool.container,
        }));
    }
    containers
}

/// Those that some container is in.
fn networks(containers: &[Container]) -> Map {
    let is_used = |network: &'static str| {
        containers.iter().any(|container| match container.map.get("networks") {
            Some(Yaml::Row(networks)) => networks.contains(&Yaml::text(network)),
            _ => false,
        })
    };
    let mut networks = Map::new();
    for network in ["edge", "services"].into_iter().filter(|network| is_used(network)) {
        networks.insert(network, Map::new());
    }
    if is_used("data") {
        networks = networks
            .comment("Datastores have no business with the rest of the world.")
            .with("data", Map::new().with("internal", true));
    }
    networks
}
