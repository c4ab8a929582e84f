//! Containers that watch a product on a single machine: a Compose file to be merged with the product's own.

use towel_model::{Channel, Part, Reference, Stack, Template};

use super::Exporter;
use super::place::{ALERTMANAGER, ALERTMANAGER_SECRETS, BLACKBOX, CADVISOR, NODE, SLACK_SECRET, TOWEL, folder, host};
use crate::Product;
use crate::alarm::asked;
use crate::compose::Setting;
use crate::names;
use crate::yaml::{Map, Yaml};

const PROMETHEUS: &str = "prom/prometheus:v3.5.0";
const ALERTS: &str = "prom/alertmanager:v0.28.1";
const OUTSIDE: &str = "prom/blackbox-exporter:v0.27.0";
const MACHINE: &str = "prom/node-exporter:v1.9.1";
const CONTAINERS: &str = "gcr.io/cadvisor/cadvisor:v0.52.1";

/// The file; it is read together with the Compose file of `setting`.
pub(super) fn document(product: &Product, setting: Setting<'_>) -> Yaml {
    let stack = setting.stack;
    let folder = folder(product, stack);
    // Compose takes all paths from the folder of the first file.
    let (up, env) = if setting.main { (".", "") } else { ("../..", " --env-file .env") };
    let files = format!("{env} --file {} --file {folder}/compose.yaml", setting.path());
    let beside = |path: &str| format!("{up}/{folder}/{path}");
    let mut services = Map::new().with(host(stack, "prometheus"), prometheus(&beside("prometheus")));
    services = services.with(host(stack, ALERTMANAGER.0), alertmanager(stack, &beside("alertmanager")));
    services = services.with(host(stack, NODE.0), node()).with(host(stack, CADVISOR.0), cadvisor());
    if asked(stack).next().is_some() {
        services = services.with(host(stack, BLACKBOX.0), blackbox(&beside("prometheus/blackbox.yaml")));
    }
    for datastore in &stack.datastores {
        let Some(exporter) = Exporter::of(datastore, stack) else { continue };
        let password = format!("${{{}:?see .env.example}}", names::password_variable(&datastore.name));
        let start = Exporter::start(datastore, stack, &datastore.name, &password);
        let environment: Map = start.variables.into_iter().collect();
        match exporter.image {
            Some(image) => {
                let container = bounded(Map::new().with("image", image), "128m")
                    .unless_empty("command", start.arguments)
                    .with("environment", environment)
                    .with("networks", Yaml::row(["data"]));
                services = services.with(exporter.container(datastore, stack), container);
            }
            // It tells by itself once it is asked to.
            None if !environment.is_empty() => {
                let asked = logged(Map::new().with("environment", environment));
                services = services.with(datastore.name.to_string(), asked);
            }
            None => {}
        }
    }
    Map::new()
        .comment(format!("Watches the product beside it: docker compose{files} up --detach"))
        .with("services", services)
        .blank()
        .with("networks", Map::new().with("services", Map::new()).with("data", Map::new().with("internal", true)))
        .blank()
        .with("volumes", Map::new().with("prometheus", Map::new()).with("alertmanager", Map::new()))
        .unless_empty("secrets", secrets(stack))
        .into()
}

fn prometheus(configuration: &str) -> Map {
    let command = [
        "--config.file=/etc/prometheus/prometheus.yaml",
        "--storage.tsdb.path=/prometheus",
        "--storage.tsdb.retention.time=30d",
    ];
    bounded(Map::new().with("image", PROMETHEUS), "1g")
        .with("command", Yaml::list(command))
        .with("ports", vec!["127.0.0.1:9090:9090"])
        .with("volumes", vec![format!("{configuration}:/etc/prometheus:ro"), "prometheus:/prometheus".to_owned()])
        .comment("towel runs on the machine itself.")
        .with("extra_hosts", vec![format!("{}:host-gateway", TOWEL.0)])
        .with("networks", Yaml::row(["services", "data"]))
}

fn alertmanager(stack: &Stack, configuration: &str) -> Map {
    let command = ["--config.file=/etc/alertmanager/alertmanager.yaml", "--storage.path=/alertmanager"];
    let file = format!("{configuration}/alertmanager.yaml:/etc/alertmanager/alertmanager.yaml:ro");
    let given = secret_names(stack).into_iter().map(|name| {
        let target = format!("{ALERTMANAGER_SECRETS}/{name}");
        Map::new().with("source", name).with("target", target)
    });
    bounded(Map::new().with("image", ALERTS), "128m")
        .with("command", Yaml::list(command))
        .with("ports", vec!["127.0.0.1:9093:9093"])
        .with("volumes", vec![file, "alertmanager:/alertmanager".to_owned()])
        .unless_empty("secrets", given.collect::<Vec<_>>())
        .with("networks", Yaml::row(["services"]))
}

fn node() -> Map {
    bounded(Map::new().with("image", MACHINE), "128m")
        .with("command", vec!["--path.rootfs=/host"])
        .with("pid", "host")
        .with("volumes", vec!["/:/host:ro,rslave"])
        .with("networks", Yaml::row(["services"]))
}

fn cadvisor() -> Map {
    let volumes = ["/:/rootfs:ro", "/var/run:/var/run:ro", "/sys:/sys:ro", "/var/lib/docker:/var/lib/docker:ro"];
    bounded(Map::new().with("image", CONTAINERS), "256m")
        .with("command", Yaml::list(["--docker_only=true", "--housekeeping_interval=15s"]))
        .with("volumes", Yaml::list(volumes))
        .with("networks", Yaml::row(["services"]))
}

fn blackbox(configuration: &str) -> Map {
    bounded(Map::new().with("image", OUTSIDE), "128m")
        .with("command", vec!["--config.file=/etc/blackbox/blackbox.yaml"])
        .with("volumes", vec![format!("{configuration}:/etc/blackbox/blackbox.yaml:ro")])
        .with("networks", Yaml::row(["services"]))
}

/// What every container here has: an end to its memory, its logs and its rights.
fn bounded(container: Map, memory: &'static str) -> Map {
    let container = container
        .with("restart", "unless-stopped")
        .with("mem_limit", memory)
        .with("cap_drop", Yaml::row(["ALL"]))
        .with("security_opt", Yaml::row(["no-new-privileges:true"]));
    logged(container)
}

fn logged(container: Map) -> Map {
    let options = Map::new().with("max-size", "10m").with("max-file", "3");
    container.with("logging", Map::new().with("driver", "json-file").with("options", options))
}

/// Each from the variable of `.env` that holds it.
fn secrets(stack: &Stack) -> Map {
    let from = |name: String| {
        let variable = names::variable(&name);
        (name, Map::new().with("environment", variable))
    };
    secret_names(stack).into_iter().map(from).collect()
}

/// The secrets that Alertmanager reads.
fn secret_names(stack: &Stack) -> Vec<String> {
    let heard = stack.notify.iter().filter(|notification| *notification.of != "deploys");
    let channels: Vec<&Channel> = heard.flat_map(|notification| &notification.to).collect();
    let urls = channels.iter().filter_map(|channel| match channel {
        Channel::Discord(url) | Channel::Webhook(url) => Some(&url.value),
        Channel::Slack(_) | Channel::Email(_) => None,
    });
    let password = stack.mail.iter().filter_map(|mail| mail.password.as_ref()).map(|password| &password.value);
    let slack = channels.iter().any(|channel| matches!(channel, Channel::Slack(_)));
    let mut names: Vec<String> = urls.chain(password).filter_map(whole_secret).collect();
    names.extend(slack.then(|| SLACK_SECRET.to_owned()));
    names.sort();
    names.dedup();
    names
}

/// The secret that a text is, and not only holds.
fn whole_secret(text: &Template) -> Option<String> {
    match text.parts.as_slice() {
        [Part::Reference { to: Reference::Secret(name), .. }] => Some(name.clone()),
        _ => None,
    }
}
