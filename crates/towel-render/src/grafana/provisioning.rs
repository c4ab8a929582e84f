//! What Grafana reads when it starts: where metrics, alerts and logs are, and in which folder its dashboards lie.

use towel_model::Stack;

use crate::yaml::{Map, Yaml};

/// Where a container of Grafana finds the dashboards.
const DASHBOARDS: &str = "/var/lib/grafana/dashboards";

/// Prometheus, Alertmanager and Loki, under the names that the dashboards use.
pub(super) fn datasources() -> Yaml {
    let prometheus = source("Prometheus", "prometheus", "http://prometheus:9090").with("isDefault", true).with(
        "jsonData",
        Map::new().with("httpMethod", "POST").with("timeInterval", "15s").with("alertmanagerUid", "alertmanager"),
    );
    let alertmanager = source("Alertmanager", "alertmanager", "http://alertmanager:9093")
        .with("jsonData", Map::new().with("implementation", "prometheus").with("handleGrafanaManagedAlerts", false));
    let loki = source("Loki", "loki", "http://loki:3100").with("jsonData", Map::new().with("maxLines", 1000_i64));
    Map::new().with("apiVersion", 1_i64).with("datasources", vec![prometheus, alertmanager, loki]).into()
}

fn source(name: &'static str, kind: &'static str, url: &'static str) -> Map {
    Map::new().with("name", name).with("type", kind).with("uid", kind).with("access", "proxy").with("url", url)
}

/// The folder of dashboards.
pub(super) fn providers(stack: &Stack) -> Yaml {
    let title = format!("{} {}", stack.name.as_str(), stack.environment.name.as_str());
    let provider = Map::new()
        .with("name", stack.name.to_string())
        .with("folder", title)
        .with("type", "file")
        .comment("They are rendered from towel.yaml; what is changed in the browser would be lost.")
        .with("allowUiUpdates", false)
        .with("disableDeletion", true)
        .with("updateIntervalSeconds", 30_i64)
        .with("options", Map::new().with("path", DASHBOARDS));
    Map::new().with("apiVersion", 1_i64).with("providers", vec![provider]).into()
}
