//! What Prometheus makes of a pod that it discovers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::objects::Pod;
use super::promql::pattern;
use super::tree::Tree;

/// The job of a pod's series under a scrape configuration; none when the pod is not scraped.
pub(super) fn job_of(pod: &Pod<'_>, config: &Value) -> Option<String> {
    let mut labels = meta(pod);
    labels.insert("job".to_owned(), config.at("job_name").text().to_owned());
    for rule in config.at("relabel_configs").items() {
        let sources = rule.at("source_labels").items().iter();
        let source: Vec<&str> = sources.map(|it| labels.get(it.text()).map_or("", String::as_str)).collect();
        let source = source.join(rule.at("separator").as_str().unwrap_or(";"));
        let pattern = pattern(rule.at("regex").as_str().unwrap_or("(.*)"))?;
        let matched = pattern.captures(&source);
        match (rule.at("action").as_str().unwrap_or("replace"), matched) {
            ("keep", None) | ("drop", Some(_)) => return None,
            ("replace", Some(found)) => {
                let mut value = String::new();
                found.expand(&rule.at("replacement").plain().unwrap_or_else(|| "$1".to_owned()), &mut value);
                labels.insert(rule.at("target_label").text().to_owned(), value);
            }
            _ => {}
        }
    }
    labels.remove("job")
}

/// What discovery tells of a pod.
fn meta(pod: &Pod<'_>) -> BTreeMap<String, String> {
    let plain = |key: &str| key.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect::<String>();
    let prefixed = |prefix: &'static str, pairs: &BTreeMap<String, String>| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(key, value)| (format!("__meta_kubernetes_pod_{prefix}_{}", plain(key)), value.clone()))
            .collect()
    };
    let mut labels: BTreeMap<String, String> = prefixed("label", &pod.labels).into_iter().collect();
    labels.extend(prefixed("annotation", &pod.annotations));
    let fixed = [("phase", "Running"), ("ip", "10.0.0.1"), ("ready", "true"), ("name", pod.of.name())];
    labels.extend(fixed.map(|(key, value)| (format!("__meta_kubernetes_pod_{key}"), value.to_owned())));
    labels
}

#[test]
fn a_pod_that_is_not_kept_has_no_job() {
    let object = super::objects::Object {
        path: String::new(),
        tree: serde_json::json!({
            "kind": "Pod",
            "metadata": { "name": "a", "labels": { "app.kubernetes.io/name": "api" }, "annotations": { "prometheus.io/scrape": "true" } },
            "spec": { "containers": [] }
        }),
    };
    let config = |wanted: &str| {
        serde_json::json!({ "job_name": "services", "relabel_configs": [
            { "source_labels": ["__meta_kubernetes_pod_annotation_prometheus_io_scrape"], "regex": wanted, "action": "keep" },
            { "source_labels": ["__meta_kubernetes_pod_label_app_kubernetes_io_name"], "target_label": "job" }
        ] })
    };
    let pod = object.pod().unwrap();
    assert_eq!(job_of(&pod, &config("true")), Some("api".to_owned()));
    assert_eq!(job_of(&pod, &config("false")), None);
}
