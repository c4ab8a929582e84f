//! Faults of network policies: names that cannot be resolved, and traffic that the product needs and its policies refuse.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::cluster::Cluster;
use super::fault::{Detector, Fault};
use super::objects::{Object, Pod, selects};
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "egress without name resolution",
        numbers: &[26],
        find: deaf_to_names,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ protocol: TCP, port: 5432 }, { protocol: UDP, port: 53 }] }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: 5432 }] }] } }\n---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: dns }, spec: { podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ protocol: TCP, port: 53 }, { protocol: UDP, port: 53 }] }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { containers: [], x: 1 } }",
        ],
    },
    Detector {
        name: "policy against its own monitoring",
        numbers: &[27],
        find: refused_scrape,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }], ports: [{ port: 80 }] }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, annotations: { prometheus.io/scrape: 'true', prometheus.io/port: '9090' } }, spec: { containers: [{ name: a }] } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }], ports: [{ port: 9090 }] }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, annotations: { prometheus.io/scrape: 'true', prometheus.io/port: '9090' } }, spec: { containers: [{ name: a }] } }",
        ],
    },
    Detector {
        name: "policy against its own needs",
        numbers: &[],
        find: refused_need,
        bad: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { needs: [b] }, b: { port: 80 } }\n=== k8s/live/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: { matchLabels: { app: b } }, policyTypes: [Ingress] } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: b }, spec: { selector: { app: b }, ports: [{ port: 80 }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: b, labels: { app: b } }, spec: { containers: [{ name: b, ports: [{ containerPort: 80 }] }] } }",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { needs: [b] }, b: { port: 80 } }\n=== k8s/live/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: { matchLabels: { app: b } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }], ports: [{ port: 80 }] }] } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: b }, spec: { selector: { app: b }, ports: [{ port: 80 }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: b, labels: { app: b } }, spec: { containers: [{ name: b, ports: [{ containerPort: 80 }] }] } }",
        ],
    },
    Detector {
        name: "policy against its own front door",
        numbers: &[],
        find: refused_router,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: {}, policyTypes: [Ingress] } }\n---\n{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: a }, spec: { rules: [{ backendRefs: [{ name: a, port: 80 }] }] } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: a }, ports: [{ port: 80 }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: nginx } } }], ports: [{ port: 80 }] }] } }\n---\n{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: { name: a }, spec: { rules: [{ backendRefs: [{ name: a, port: 80 }] }] } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: a }, ports: [{ port: 80 }] } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }",
        ],
    },
    Detector {
        name: "policy for no pod",
        numbers: &[],
        find: idle_policy,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: { matchLabels: { app: b } } } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a }, spec: { podSelector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { x: 1 } }",
        ],
    },
];

/// The rules for one direction, `ingress` or `egress`, that a pod is under; none when no policy confines it.
fn rules<'c>(cluster: &'c Cluster, pod: &Pod<'_>, direction: &str) -> Option<Vec<&'c Value>> {
    let confines = |policy: &&Object| {
        let types = policy.tree.at("spec.policyTypes").items();
        let named = types.iter().any(|it| it.text().eq_ignore_ascii_case(direction));
        let implied = types.is_empty() && (direction == "ingress" || policy.tree.at("spec.egress").is_given());
        (named || implied) && selects(policy.tree.at("spec.podSelector"), &pod.labels)
    };
    let policies: Vec<&Object> = cluster.of_kind("NetworkPolicy").filter(confines).collect();
    let rules = policies.iter().flat_map(|policy| policy.tree.at("spec").at(direction).items()).collect();
    (!policies.is_empty()).then_some(rules)
}

/// Whether a rule lets a port pass.
fn has_port(rule: &Value, protocol: &str, port: f64) -> bool {
    let ports = rule.at("ports").items();
    ports.is_empty()
        || ports.iter().any(|it| {
            let of_protocol = it.at("protocol").as_str().unwrap_or("TCP") == protocol;
            let from = it.at("port").number();
            let to = it.at("endPort").number().or(from);
            of_protocol
                && (from.is_none() && !it.at("port").is_given()
                    || from.is_some_and(|from| from <= port) && to.is_some_and(|to| port <= to))
        })
}

fn deaf_to_names(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for pod in cluster.pods() {
            // Whoever may call nobody needs no names.
            let Some(rules) = rules(cluster, &pod, "egress").filter(|rules| !rules.is_empty()) else { continue };
            for protocol in ["UDP", "TCP"] {
                let resolves = rules.iter().any(|rule| has_port(rule, protocol, 53.0));
                faults.extend((!resolves).then(|| pod.of.at(format!("its pods resolve no names by {protocol}"))));
            }
        }
    }
    faults
}

/// Whether one of the peers of a rule is a namespace of others whose labels say `about`.
fn from_namespace(rule: &Value, about: &str) -> bool {
    let peers = rule.at("from").items();
    let meant = |peer: &Value| {
        let selector = peer.at("namespaceSelector");
        peer.get("namespaceSelector").is_some()
            && (!selector.is_given() || selector.texts().iter().any(|text| text.contains(about)))
    };
    peers.is_empty() || peers.iter().any(meant)
}

fn refused_scrape(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for pod in
            cluster.pods().filter(|pod| pod.annotations.get("prometheus.io/scrape").is_some_and(|it| it == "true"))
        {
            let Some(rules) = rules(cluster, &pod, "ingress") else { continue };
            let port: f64 =
                pod.annotations.get("prometheus.io/port").and_then(|it| it.parse().ok()).unwrap_or_default();
            let passes = rules.iter().any(|rule| has_port(rule, "TCP", port) && from_namespace(rule, "monitoring"));
            faults.extend((!passes).then(|| pod.of.at(format!("Prometheus may not ask port {port}"))));
        }
    }
    faults
}

/// Whether a rule names pods with such labels, in this namespace.
fn names_pod(rule: &Value, side: &str, other: &Pod<'_>) -> bool {
    let peers = rule.at(side).items();
    let meant = |peer: &Value| {
        peer.get("namespaceSelector").is_none()
            && peer.get("podSelector").is_some_and(|selector| selects(selector, &other.labels))
    };
    peers.is_empty() || peers.iter().any(meant)
}

fn refused_need(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for (name, service) in artefacts.declared.services(&cluster.environment) {
            for need in service.at("needs").items().iter().map(Tree::text) {
                let Some(object) = cluster.find("Service", need) else { continue };
                let callers = cluster.pods().filter(|pod| pod.of.name() == *name);
                for (caller, called) in callers.flat_map(|caller| {
                    let called = cluster.found_by(object.tree.at("spec.selector"));
                    called.into_iter().map(move |called| {
                        (
                            Pod { labels: caller.labels.clone(), annotations: caller.annotations.clone(), ..caller },
                            called,
                        )
                    })
                }) {
                    for port in object.tree.at("spec.ports").items() {
                        faults.extend(refusals(cluster, &caller, &called, port));
                    }
                }
            }
        }
    }
    faults
}

fn refusals(cluster: &Cluster, caller: &Pod<'_>, called: &Pod<'_>, port: &Value) -> Vec<Fault> {
    let target = if port.at("targetPort").is_given() { port.at("targetPort") } else { port.at("port") };
    let Some(number) = called.port(target) else { return Vec::new() };
    let passes = |of: &Pod<'_>, direction: &str, side: &str, other: &Pod<'_>| {
        let rules = rules(cluster, of, direction);
        rules.is_none_or(|rules| rules.iter().any(|rule| has_port(rule, "TCP", number) && names_pod(rule, side, other)))
    };
    let mut faults = Vec::new();
    if !passes(called, "ingress", "from", caller) {
        faults.push(called.of.at(format!("refuses {} at port {number}, which needs it", caller.of.name())));
    }
    if !passes(caller, "egress", "to", called) {
        faults.push(caller.of.at(format!("may not call {} at port {number}, which it needs", called.of.name())));
    }
    faults
}

/// The Services and ports to which front doors lead.
pub(super) fn backends(cluster: &Cluster) -> Vec<(&Object, &str, &Value)> {
    let mut found = Vec::new();
    for route in cluster.of_kind("HTTPRoute") {
        let refs = route.tree.at("spec.rules").items().iter().flat_map(|rule| rule.at("backendRefs").items());
        found.extend(refs.map(|it| (route, it.at("name").text(), it.at("port"))));
    }
    for ingress in cluster.of_kind("Ingress") {
        let paths = ingress.tree.at("spec.rules").items().iter().flat_map(|rule| rule.at("http.paths").items());
        for service in paths.map(|path| path.at("backend.service")) {
            let number = service.at("port.number");
            found.push((
                ingress,
                service.at("name").text(),
                if number.is_given() { number } else { service.at("port.name") },
            ));
        }
    }
    found
}

fn refused_router(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for (route, name, port) in backends(cluster) {
            let Some(service) = cluster.find("Service", name) else { continue };
            let entry =
                service.tree.at("spec.ports").items().iter().find(|it| it.at("port") == port || it.at("name") == port);
            let Some(entry) = entry else { continue };
            for pod in cluster.found_by(service.tree.at("spec.selector")) {
                let target = if entry.at("targetPort").is_given() { entry.at("targetPort") } else { entry.at("port") };
                let Some(number) = pod.port(target) else { continue };
                let outside = |rule: &&Value| has_port(rule, "TCP", number) && comes_from_outside(rule);
                let passes = rules(cluster, &pod, "ingress").is_none_or(|rules| rules.iter().any(outside));
                faults.extend((!passes).then(|| route.at(format!("{} refuses it at port {number}", pod.of.name()))));
            }
        }
    }
    faults
}

/// Whether somebody else than the product's own pods and its monitoring may come: a router.
fn comes_from_outside(rule: &Value) -> bool {
    let router = |peer: &Value| {
        let foreign = peer.get("namespaceSelector").is_some() && !peer.texts().contains(&"monitoring");
        let of_gateway = peer.at("podSelector").texts().len() + peer.at("podSelector.matchExpressions").items().len()
            > 0
            && peer.at("podSelector").to_string().contains("gateway");
        foreign || of_gateway || peer.get("ipBlock").is_some()
    };
    let peers = rule.at("from").items();
    peers.is_empty() || peers.iter().any(router)
}

fn idle_policy(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for policy in cluster.of_kind("NetworkPolicy") {
            let own = policy.tree.at("spec.podSelector");
            let found = cluster.pods().any(|pod| selects(own, &pod.labels));
            // An empty selector is for pods to come; so is one for pods that a controller makes for the front door.
            let by_others = ["gateway", "acme.cert-manager.io"].iter().any(|name| own.to_string().contains(name));
            faults.extend((own.is_given() && !found && !by_others).then(|| policy.at(format!("{own} finds no pod"))));
        }
    }
    faults
}
