//! Where the files of monitoring are, and under which names its parts reach each other.

use towel_check::CheckedStack;
use towel_model::Stack;

use crate::Product;

/// `deploy/monitoring` for the first environment, `deploy/monitoring/<env>` for the others.
pub(crate) fn folder(product: &Product, stack: &CheckedStack) -> String {
    let name = &stack.environment.name;
    if product.first().environment.name.value == name.value {
        "deploy/monitoring".to_owned()
    } else {
        format!("deploy/monitoring/{}", name.as_str())
    }
}

/// The folder in which Alertmanager finds a file for each secret that it needs, called like the secret.
pub(crate) const ALERTMANAGER_SECRETS: &str = "/etc/alertmanager/secrets";

/// The secret that holds the URL of Slack's incoming webhook.
pub(crate) const SLACK_SECRET: &str = "slack_webhook";

/// A container's name on a single machine: `wanted`, or something like it that the product does not use.
pub(super) fn host(stack: &Stack, wanted: &str) -> String {
    let taken = |name: &str| stack.service(name).is_some() || stack.datastore(name).is_some();
    let mut name = wanted.to_owned();
    while taken(&name) {
        name.insert_str(0, "towel-");
    }
    name
}

/// Alertmanager's host and port, as Prometheus reaches it.
pub(super) const ALERTMANAGER: (&str, u16) = ("alertmanager", 9093);

/// Host and port of the blackbox exporter, which asks what `probes` ask.
pub(super) const BLACKBOX: (&str, u16) = ("blackbox-exporter", 9115);

/// Host and port of the node exporter of a single machine.
pub(super) const NODE: (&str, u16) = ("node-exporter", 9100);

/// Host and port of towel's own metrics on a single machine: its gateway, backups and secrets.
pub(super) const TOWEL: (&str, u16) = ("host.docker.internal", 9469);

/// Host and port of what tells about a single machine's containers.
pub(super) const CADVISOR: (&str, u16) = ("cadvisor", 8080);

/// The `job` of what belongs to no part of the product. No service can have such a name.
pub(crate) mod job {
    pub(crate) const PROMETHEUS: &str = "platform/prometheus";
    pub(crate) const ALERTMANAGER: &str = "platform/alertmanager";
    pub(crate) const TOWEL: &str = "platform/towel";
    pub(crate) const NODE: &str = "platform/node";
    pub(crate) const CADVISOR: &str = "platform/cadvisor";
    pub(crate) const KUBELET: &str = "platform/kubelet";
    pub(crate) const KUBE_STATE: &str = "platform/kube-state-metrics";
    pub(crate) const CERT_MANAGER: &str = "platform/cert-manager";
    pub(crate) const BLACKBOX: &str = "platform/blackbox";
    pub(crate) const PROBES: &str = "platform/probes";
}
