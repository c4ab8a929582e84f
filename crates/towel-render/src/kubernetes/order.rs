//! The order in which a person writes the keys of an object; the API's own is that of the alphabet.

use crate::yaml::{Map, Yaml};

/// All of it in that order.
pub(super) fn arranged(map: Map) -> Map {
    map.map_values(|key, value| match value {
        Yaml::List(items) if is_row(key) => Yaml::Row(items),
        value => arranged_value(value),
    })
    .ranked(rank)
}

fn arranged_value(value: Yaml) -> Yaml {
    match value {
        Yaml::Map(map) => Yaml::Map(arranged(map)),
        Yaml::List(items) => Yaml::List(items.into_iter().map(arranged_value).collect()),
        scalar => scalar,
    }
}

/// Lists of a few words, which are read better side by side.
fn is_row(key: &str) -> bool {
    matches!(
        key,
        "accessModes" | "apiGroups" | "drop" | "hostnames" | "hosts" | "matchLabelKeys" | "policyTypes" | "verbs"
    )
}

/// What a thing is, what it does, how it is watched over, what it may: in this order, whatever the thing.
/// Keys that are not named come last, in the order of the alphabet.
fn rank(key: &str) -> u8 {
    match key {
        "apiVersion" => 1,
        "kind" => 2,
        "metadata" => 3,
        "name" | "podSelector" | "exec" | "httpGet" | "tcpSocket" | "weight" | "schedule" | "scaleTargetRef"
        | "roleRef" | "topologyKey" => 4,
        "namespace" | "policyTypes" | "timeZone" | "minReplicas" | "type" | "maxSkew" | "path" | "protocol" => 5,
        "labels" | "maxReplicas" | "clusterIP" | "concurrencyPolicy" | "mountPath" | "key" => 6,
        "annotations" | "containerPort" | "port" | "metrics" => 7,
        "image" | "replicas" | "serviceName" | "apiGroups" | "from" | "to" | "requests" | "serviceAccountName" => 8,
        "command" | "automountServiceAccountToken" | "selector" => 9,
        "args" | "strategy" | "updateStrategy" => 10,
        "ports" | "terminationGracePeriodSeconds" => 11,
        "env" => 12,
        "envFrom" => 13,
        "resources" => 14,
        "startupProbe" => 15,
        "readinessProbe" => 16,
        "livenessProbe" => 17,
        "lifecycle" => 18,
        "affinity" | "securityContext" => 19,
        "topologySpreadConstraints" | "volumeMounts" => 20,
        "initContainers" | "ingress" => 21,
        "containers" => 22,
        "template" | "volumes" | "jobTemplate" | "backend" => 24,
        "volumeClaimTemplates" => 25,
        _ => 23,
    }
}
