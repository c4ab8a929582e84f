//! `promtail.yaml`: which logs are read, which labels they get, and how JSON lines tell their level.

use towel_check::CheckedStack;
use towel_model::EngineKind;

use crate::yaml::{Map, Yaml};
use crate::{Product, compose, names};

const ABOUT: &str = "Promtail is not developed any further. Its successor Alloy reads this file:\n\
                     `alloy convert --source-format=promtail promtail.yaml`.";

/// The whole configuration.
pub(super) fn document(product: &Product, stack: &CheckedStack) -> Yaml {
    let labels =
        Map::new().with("product", stack.name.to_string()).with("environment", stack.environment.name.to_string());
    let client = Map::new().with("url", "http://loki:3100/loki/api/v1/push").with("external_labels", labels);
    let scrape = match *stack.environment.engine {
        EngineKind::Kubernetes => pods(stack),
        EngineKind::Local => containers(product, stack),
    };
    Map::new()
        .comment(ABOUT)
        .with("server", Map::new().with("http_listen_port", 9080_i64).with("grpc_listen_port", 0_i64))
        .blank()
        .comment("How far each log has been read; on a volume, or everything is sent again after a restart.")
        .with("positions", Map::new().with("filename", "/var/lib/promtail/positions.yaml"))
        .blank()
        .with("clients", vec![client])
        .blank()
        .with("scrape_configs", vec![scrape])
        .into()
}

/// Containers of the product's Compose project; Docker hands out what they print.
fn containers(product: &Product, stack: &CheckedStack) -> Map {
    let name = &stack.environment.name.value;
    let settings = compose::settings(product);
    let setting = settings.iter().find(|setting| setting.stack.environment.name.value == *name);
    let project = setting.map_or_else(|| stack.name.to_string(), |setting| setting.project());
    let ours = Map::new().with("name", "label").with("values", vec![format!("com.docker.compose.project={project}")]);
    let found = Map::new()
        .with("host", "unix:///var/run/docker.sock")
        .with("refresh_interval", "10s")
        .with("filters", vec![ours]);
    Map::new()
        .with("job_name", "containers")
        .with("docker_sd_configs", vec![found])
        .with(
            "relabel_configs",
            vec![
                label("__meta_docker_container_label_com_docker_compose_service", "service"),
                label("__meta_docker_container_name", "instance").with("regex", "/(.+)"),
                label("__meta_docker_container_log_stream", "stream"),
            ],
        )
        .with("pipeline_stages", levels())
}

/// Pods of the environment's namespace, from the files that the node keeps of them.
fn pods(stack: &CheckedStack) -> Map {
    let namespaces = Map::new().with("names", vec![names::namespace(stack)]);
    let found = Map::new().with("role", "pod").with("namespaces", namespaces);
    let file = Map::new()
        .with("source_labels", Yaml::row(["__meta_kubernetes_pod_uid", "__meta_kubernetes_pod_container_name"]))
        .with("separator", "/")
        .with("target_label", "__path__")
        .with("replacement", "/var/log/pods/*$1/*.log");
    let stages = std::iter::once(Map::new().with("cri", Map::new()).into()).chain(levels());
    Map::new()
        .with("job_name", "pods")
        .with("kubernetes_sd_configs", vec![found])
        .with(
            "relabel_configs",
            vec![
                // Promtail runs on every node and reads what is there; HOSTNAME has to be the node's name.
                label("__meta_kubernetes_pod_node_name", "__host__"),
                label("__meta_kubernetes_pod_label_app_kubernetes_io_name", "service"),
                label("__meta_kubernetes_pod_name", "instance"),
                label("__meta_kubernetes_pod_container_name", "container"),
                file,
            ],
        )
        .with("pipeline_stages", stages.collect::<Vec<Yaml>>())
}

fn label(source: &'static str, target: &'static str) -> Map {
    Map::new().with("source_labels", Yaml::row([source])).with("target_label", target)
}

/// What people and libraries call levels, and what it is called here. Other words would each begin a stream of logs.
const LEVELS: [(&str, &[&str]); 6] = [
    ("trace", &["trace", "10"]),
    ("debug", &["debug", "20"]),
    ("info", &["info", "notice", "30"]),
    ("warn", &["warn", "warning", "40"]),
    ("error", &["error", "err", "50"]),
    ("fatal", &["fatal", "critical", "crit", "alert", "emergency", "emerg", "panic", "60"]),
];

/// Lines of JSON tell their level and the trace that they belong to; other lines are kept as they are.
fn levels() -> Vec<Yaml> {
    let wanted = Map::new()
        .with("level", "level || severity || lvl || level_name")
        .with("trace_id", "trace_id || traceId || trace.id");
    let mut template = String::from("{{ $level := or .level \"unknown\" | ToLower }}");
    for (place, (name, words)) in LEVELS.iter().enumerate() {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let condition = if place == 0 { "if" } else { "else if" };
        template.push_str(&format!("{{{{ {condition} eq $level {} }}}}{name}", words.join(" ")));
    }
    template.push_str("{{ else }}unknown{{ end }}");
    let json = Map::new().with("json", Map::new().with("expressions", wanted));
    let level = Map::new().with("template", Map::new().with("source", "level").with("template", template));
    let labels = Map::new().with("labels", Map::new().with("level", "level"));
    let trace = Map::new().with("structured_metadata", Map::new().with("trace_id", "trace_id"));
    vec![json.into(), level.into(), labels.into(), trace.into()]
}
