//! An alert watches a metric, and no service has metrics.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("alert-without-metrics", include_str!("alert-without-metrics.md"), examine);

/// How names of metrics begin that come from exporters or from towel itself.
const ELSEWHERE: [&str; 19] = [
    "pg_",
    "mysql_",
    "mongodb_",
    "redis_",
    "rabbitmq_",
    "minio_",
    "node_",
    "probe_",
    "kube_",
    "kubelet_",
    "container_",
    "machine_",
    "nginx_",
    "prometheus_",
    "alertmanager_",
    "certmanager_",
    "aws_",
    "towel_",
    "up",
];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if stack.services.iter().any(|service| service.metrics.is_some()) {
        return;
    }
    for alert in &stack.alerts {
        if !ELSEWHERE.iter().any(|beginning| alert.metric.starts_with(beginning)) {
            found.push(
                RULE.found(format!("nobody reads the metric of alert `{}`", alert.name))
                    .at(alert.metric.span, "no service says where its metrics are")
                    .note("a metric that does not exist is neither above nor below anything")
                    .help("add `metrics: /metrics` to the service that has it"),
            );
        }
    }
}
