//! `prometheus.yaml`: what is scraped, which rules are read, who is told.

use towel_check::CheckedStack;
use towel_model::{EngineKind, Service, Stack};

use super::place::{ALERTMANAGER, BLACKBOX, CADVISOR, NODE, TOWEL, host, job};
use super::{Exporter, blackbox, discovery};
use crate::alarm::asked;
use crate::names;
use crate::yaml::{Map, Yaml};

/// The whole configuration.
pub(super) fn document(stack: &CheckedStack) -> Yaml {
    let alertmanager = Map::new().with("static_configs", vec![targets([address(stack, ALERTMANAGER)])]);
    Map::new()
        .with("global", global(stack))
        .blank()
        .with("rule_files", vec!["rules/*.yaml"])
        .blank()
        .with("alerting", Map::new().with("alertmanagers", vec![alertmanager]))
        .blank()
        .with("scrape_configs", scrapes(stack))
        .into()
}

fn global(stack: &Stack) -> Map {
    let environment = &stack.environment;
    let cluster = environment.context.as_ref().unwrap_or(&environment.name);
    let labels = Map::new()
        .with("cluster", cluster.to_string())
        .with("environment", environment.name.to_string())
        .with("product", stack.name.to_string());
    Map::new()
        .with("scrape_interval", "15s")
        .with("evaluation_interval", "15s")
        .comment("Alerts carry them; Alertmanager groups by `cluster`.")
        .with("external_labels", labels)
}

fn scrapes(stack: &CheckedStack) -> Vec<Map> {
    let mut scrapes =
        vec![fixed(stack, job::PROMETHEUS, ("localhost", 9090)), fixed(stack, job::ALERTMANAGER, ALERTMANAGER)];
    if *stack.environment.engine == EngineKind::Kubernetes {
        scrapes.extend(discovery::scrapes(stack));
    } else {
        scrapes.extend(on_a_machine(stack));
    }
    if asked(stack).next().is_some() {
        scrapes.push(fixed(stack, job::BLACKBOX, BLACKBOX));
        scrapes.push(probes(stack));
    }
    scrapes
}

fn on_a_machine(stack: &Stack) -> impl Iterator<Item = Map> {
    let platform =
        [(job::NODE, NODE), (job::CADVISOR, CADVISOR), (job::TOWEL, TOWEL)].map(|(job, at)| fixed(stack, job, at));
    let services = stack.services.iter().filter_map(service);
    let datastores = stack.datastores.iter().filter_map(|datastore| {
        let exporter = Exporter::of(datastore, stack)?;
        let at = vec![targets([format!("{}:{}", exporter.container(datastore, stack), exporter.port)])];
        Some(named(&datastore.name, exporter.path).with("static_configs", at))
    });
    platform.into_iter().chain(services).chain(datastores)
}

/// All instances of a service have its name in Docker's DNS.
fn service(service: &Service) -> Option<Map> {
    let (metrics, port) = (service.metrics.as_ref()?, service.port.as_ref()?);
    let instances = Map::new().with("names", vec![service.name.to_string()]).with("type", "A").with("port", **port);
    Some(named(&names::job(service), &metrics.path).with("dns_sd_configs", vec![instances]))
}

fn named(job: &str, path: &str) -> Map {
    let scrape = Map::new().with("job_name", job.to_owned());
    if path == "/metrics" { scrape } else { scrape.with("metrics_path", path.to_owned()) }
}

/// Asks the blackbox exporter, with the URL as a parameter and as the instance.
fn probes(stack: &Stack) -> Map {
    let relabel = |source: &'static str, target: &'static str| {
        Map::new().with("source_labels", Yaml::row([source])).with("target_label", target)
    };
    let each: Vec<Map> = asked(stack).map(|asked| blackbox::target(&asked)).collect();
    let exporter = Map::new().with("target_label", "__address__").with("replacement", address(stack, BLACKBOX));
    named(job::PROBES, "/probe").with("static_configs", each).with(
        "relabel_configs",
        vec![relabel("__address__", "__param_target"), relabel("__param_target", "instance"), exporter],
    )
}

/// One target that is always there.
fn fixed(stack: &Stack, job: &str, at: (&str, u16)) -> Map {
    named(job, "/metrics").with("static_configs", vec![targets([address(stack, at)])])
}

fn targets<const N: usize>(targets: [String; N]) -> Map {
    Map::new().with("targets", Yaml::list(targets))
}

fn address(stack: &Stack, (name, port): (&str, u16)) -> String {
    format!("{}:{port}", host(stack, name))
}
