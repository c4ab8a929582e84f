//! Scraping in a cluster: pods, nodes and what tells about them are found by themselves.

use towel_check::CheckedStack;

use super::{Exporter, job};
use crate::names;
use crate::yaml::{Map, Yaml};

const NAME: &str = "__meta_kubernetes_pod_label_app_kubernetes_io_name";
const SCRAPE: &str = "__meta_kubernetes_pod_annotation_prometheus_io_scrape";
const PORT: &str = "__meta_kubernetes_pod_annotation_prometheus_io_port";
const PATH: &str = "__meta_kubernetes_pod_annotation_prometheus_io_path";

/// What is scraped of an environment and of the cluster that it runs in.
pub(super) fn scrapes(stack: &CheckedStack) -> Vec<Map> {
    let namespace = names::namespace(stack);
    let mut scrapes = Vec::new();
    let services: Vec<&str> = stack
        .services
        .iter()
        .filter(|service| service.metrics.is_some())
        .map(|service| service.name.as_str())
        .collect();
    if !services.is_empty() {
        let own = Map::new().with("names", vec![namespace.clone()]);
        scrapes.push(pods("services", own, &services.join("|"), "$1"));
    }
    let datastores: Vec<&str> = stack
        .datastores
        .iter()
        .filter(|datastore| Exporter::of(datastore, stack).is_some())
        .map(|datastore| datastore.name.as_str())
        .collect();
    if !datastores.is_empty() {
        // An exporter may stand beside its datastore or beside Prometheus.
        let both = Map::new().with("own_namespace", true).with("names", vec![namespace.clone()]);
        scrapes.push(pods("datastores", both, &format!("({})(-exporter)?", datastores.join("|")), "$1"));
    }
    let own = Map::new().with("names", vec![namespace.clone()]);
    scrapes.push(pods(job::TOWEL, own, "towel(-gateway)?", job::TOWEL));
    scrapes.push(by_label(job::KUBE_STATE, "kube-state-metrics", 8080));
    scrapes.push(by_label(job::NODE, "prometheus-node-exporter", 9100));
    scrapes.push(by_label(job::CERT_MANAGER, "cert-manager", 9402));
    scrapes.push(nodes(job::KUBELET, "/metrics", keep("__name__", "kubelet_volume_stats_.+")));
    scrapes.push(nodes(job::CADVISOR, "/metrics/cadvisor", keep("namespace", &namespace)));
    scrapes
}

/// Pods with the annotation `prometheus.io/scrape`, whose job is made of their name.
fn pods(job: &str, namespaces: Map, names: &str, named: &'static str) -> Map {
    let found = Map::new().with("role", "pod").with("namespaces", namespaces);
    let names = if names.contains('(') { names.to_owned() } else { format!("({names})") };
    let running = action("drop", &["__meta_kubernetes_pod_phase"], Some("Succeeded|Failed".to_owned()));
    let path = action("replace", &[PATH], Some("(.+)".to_owned())).with("target_label", "__metrics_path__");
    // A pod with several ports is found several times; with the annotated port, these are one.
    let port = action("replace", &["__meta_kubernetes_pod_ip", PORT], Some("(.+);(.+)".to_owned()))
        .with("target_label", "__address__")
        .with("replacement", "$1:$2");
    let relabel = vec![
        keep(SCRAPE, "true"),
        keep(NAME, &names),
        running,
        path,
        port,
        action("replace", &[NAME], Some(names)).with("target_label", "job").with("replacement", named),
        label("__meta_kubernetes_namespace", "namespace"),
        label("__meta_kubernetes_pod_name", "pod"),
    ];
    Map::new()
        .with("job_name", job.to_owned())
        .with("kubernetes_sd_configs", vec![found])
        .with("relabel_configs", relabel)
}

/// Pods of any namespace that are called so; they tell about others, whose labels are kept.
fn by_label(job: &'static str, name: &str, port: u16) -> Map {
    let selector = Map::new().with("role", "pod").with("label", format!("app.kubernetes.io/name={name}"));
    let found = Map::new().with("role", "pod").with("selectors", vec![selector]);
    Map::new().with("job_name", job).with("honor_labels", true).with("kubernetes_sd_configs", vec![found]).with(
        "relabel_configs",
        vec![
            keep("__meta_kubernetes_pod_container_port_number", &port.to_string()),
            label("__meta_kubernetes_pod_node_name", "instance"),
        ],
    )
}

/// Every node, by way of the API server: kubelets' own certificates are signed by nobody.
fn nodes(job: &'static str, path: &str, kept: Map) -> Map {
    const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
    let api = Map::new().with("target_label", "__address__").with("replacement", "kubernetes.default.svc:443");
    let through = action("replace", &["__meta_kubernetes_node_name"], Some("(.+)".to_owned()))
        .with("target_label", "__metrics_path__")
        .with("replacement", format!("/api/v1/nodes/$1/proxy{path}"));
    Map::new()
        .with("job_name", job)
        .with("honor_labels", true)
        .with("scheme", "https")
        .with("authorization", Map::new().with("credentials_file", format!("{ACCOUNT}/token")))
        .with("tls_config", Map::new().with("ca_file", format!("{ACCOUNT}/ca.crt")))
        .with("kubernetes_sd_configs", vec![Map::new().with("role", "node")])
        .with("relabel_configs", vec![api, through, label("__meta_kubernetes_node_name", "instance")])
        .with("metric_relabel_configs", vec![kept])
}

fn action(action: &'static str, sources: &[&'static str], regex: Option<String>) -> Map {
    let it = Map::new().with("source_labels", Yaml::row(sources.iter().copied())).maybe("regex", regex);
    if action == "replace" { it } else { it.with("action", action) }
}

fn keep(source: &'static str, regex: &str) -> Map {
    action("keep", &[source], Some(regex.to_owned()))
}

fn label(source: &'static str, target: &'static str) -> Map {
    action("replace", &[source], None).with("target_label", target)
}
