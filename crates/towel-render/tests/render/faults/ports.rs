//! Fault 42: ports that differ between what an image opens, what a Service sends to, what probes ask and what is scraped.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::dockerfile::{Stage, stages};
use super::fault::{Detector, Fault};
use super::loss::{built_from, compose_environment};
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "port that the pods do not open",
        numbers: &[42],
        find: closed_port,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: a }, ports: [{ port: 80, targetPort: http }] } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, ports: [{ name: web, containerPort: 80 }] }] } } } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: b }, ports: [{ port: 80 }] } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { annotations: { prometheus.io/scrape: 'true', prometheus.io/port: '9090' } }, spec: { containers: [{ name: a, ports: [{ containerPort: 80 }] }] } } } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 8080 } } }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { selector: { app: a }, ports: [{ port: 80, targetPort: web }] } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, ports: [{ name: web, containerPort: 80 }], readinessProbe: { httpGet: { port: web } } }] } } } }",
        ],
    },
    Detector {
        name: "port that the image does not expose",
        numbers: &[42],
        find: unexposed_port,
        bad: &[
            "=== a/Dockerfile\nFROM node:22\nEXPOSE 3000\nHEALTHCHECK CMD [\"wget\", \"http://127.0.0.1:3001/\"]\n",
            "=== a/Dockerfile\nFROM node:22\nENV PORT=3001\nEXPOSE 3000\n",
            "=== towel.yaml\nenvironments: { dev: {} }\n=== compose.yaml\nservices: { a: { build: ./a, healthcheck: { test: [CMD, wget, 'http://localhost:80/'] } } }\n=== a/Dockerfile\nFROM node:22\nEXPOSE 3000\n",
            "=== compose.yaml\nservices: { a: { build: ./a }, b: { image: 'b:1', environment: { A_URL: 'http://a:80/x' } } }\n=== a/Dockerfile\nFROM node:22\nEXPOSE 3000\n",
            "=== compose.yaml\nservices: { a: { build: ./a } }\n=== a/Dockerfile\nFROM node:22\nEXPOSE 3000\n=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, ports: [{ containerPort: 80 }] }] } } } }",
        ],
        good: &[
            "=== compose.yaml\nservices: { a: { build: ./a, healthcheck: { test: [CMD, wget, 'http://localhost:3000/'] } }, b: { image: 'b:1', environment: { A_URL: 'http://a:3000/x' } } }\n=== a/Dockerfile\nFROM node:22\nENV PORT=3000\nEXPOSE 3000\n",
        ],
    },
    Detector {
        name: "front door to nowhere",
        numbers: &[],
        find: lost_backend,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a }, spec: { rules: [{ http: { paths: [{ backend: { service: { name: a, port: { name: web } } } }] } }] } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ name: http, port: 80 }] } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a }, spec: { rules: [{ http: { paths: [{ backend: { service: { name: a, port: { name: http } } } }] } }] } }\n---\n{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ name: http, port: 80 }] } }",
        ],
    },
];

fn closed_port(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for service in cluster.of_kind("Service").filter(|it| it.tree.at("spec.selector").is_given()) {
            let pods = cluster.found_by(service.tree.at("spec.selector"));
            faults.extend(pods.is_empty().then(|| service.at("finds no pod")));
            for pod in &pods {
                for port in service.tree.at("spec.ports").items() {
                    let target = if port.at("targetPort").is_given() { port.at("targetPort") } else { port.at("port") };
                    let open =
                        pod.port(target).is_some_and(|wanted| pod.ports().iter().any(|(number, _)| *number == wanted));
                    faults.extend((!open).then(|| service.at(format!("{} does not open {target}", pod.of.name()))));
                }
            }
        }
        for pod in cluster.pods() {
            let open =
                |wanted: &Value| pod.port(wanted).is_some_and(|it| pod.ports().iter().any(|(number, _)| *number == it));
            for container in pod.containers() {
                for probe in ["startupProbe", "readinessProbe", "livenessProbe"].map(|name| container.at(name)) {
                    let asked = ["httpGet.port", "tcpSocket.port", "grpc.port"].map(|path| probe.at(path));
                    let closed = asked.into_iter().filter(|it| it.is_given() && !open(it));
                    faults.extend(closed.map(|it| pod.of.at(format!("a probe asks {it}, which no container opens"))));
                }
            }
            let scraped = pod.annotations.get("prometheus.io/port").map(|port| Value::from(port.as_str()));
            let closed = scraped.filter(|port| !open(port));
            faults.extend(closed.map(|it| pod.of.at(format!("{it} is scraped, which no container opens"))));
        }
    }
    faults
}

/// The ports of the last stage.
fn exposed(stages: &[Stage]) -> Vec<String> {
    let last = stages.last().map_or(&[][..], |stage| &stage.instructions);
    let ports = last.iter().filter(|(keyword, _)| keyword == "EXPOSE").flat_map(|(_, rest)| rest.split_whitespace());
    ports.map(|port| port.split('/').next().unwrap_or(port).to_owned()).collect()
}

/// Ports at which a text asks its own machine.
fn own_ports(text: &str) -> Vec<String> {
    ports_after(text, "127.0.0.1").into_iter().chain(ports_after(text, "localhost")).collect()
}

fn ports_after(text: &str, host: &str) -> Vec<String> {
    let after = text.match_indices(host).filter_map(|(place, _)| {
        let before = text[..place].chars().next_back();
        let whole = before.is_none_or(|it| !(it.is_alphanumeric() || it == '-' || it == '.' || it == '_'));
        let rest = text[place + host.len()..].strip_prefix(':').filter(|_| whole)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    });
    after.collect()
}

fn unexposed_port(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in artefacts.dockerfiles() {
        let stages = stages(text);
        let ports = exposed(&stages);
        for (keyword, rest) in stages.last().map_or(&[][..], |stage| &stage.instructions) {
            let asked = match keyword.as_str() {
                "HEALTHCHECK" => own_ports(rest),
                "ENV" => rest
                    .split_whitespace()
                    .filter_map(|it| it.strip_prefix("PORT="))
                    .map(|it| it.trim_matches('"').to_owned())
                    .collect(),
                _ => Vec::new(),
            };
            let closed = asked.into_iter().filter(|port| !ports.contains(port));
            faults.extend(
                closed.map(|port| Fault::new(path, format!("{keyword} speaks of {port}, EXPOSE of {ports:?}"))),
            );
        }
    }
    for (path, document) in artefacts.composes() {
        for (name, container) in document.at("services").entries() {
            let Some((file, stages)) = built_from(artefacts, path, container) else { continue };
            let ports = exposed(&stages);
            let mut asked = own_ports(&container.at("healthcheck.test").texts().join(" "));
            asked.extend(called(document, name));
            asked.extend(opened(artefacts, name, &compose_environment(artefacts, path)));
            let closed = asked.into_iter().filter(|port| !ports.contains(port));
            faults.extend(
                closed.map(|port| Fault::new(path, format!("{name} is asked at {port}, and {file} exposes {ports:?}"))),
            );
        }
    }
    faults
}

/// Ports at which other containers call one.
fn called(document: &Value, name: &str) -> Vec<String> {
    let variables = document.at("services").entries().flat_map(|(_, it)| it.at("environment").texts());
    variables.flat_map(|text| ports_after(text, name)).collect()
}

/// Ports that a service's pods open in clusters. An environment may restate the port, so only where none does.
fn opened(artefacts: &Artefacts, name: &str, environment: &str) -> Vec<String> {
    let declared = |environment: &str| artefacts.declared.of_service(environment, name, "port");
    let clusters = artefacts.clusters.iter().filter(|it| declared(&it.environment) == declared(environment));
    let pods = clusters.filter_map(|cluster| cluster.find("Deployment", name)).filter_map(|it| it.pod());
    pods.flat_map(|pod| pod.ports().into_iter().map(|(number, _)| number.to_string()).collect::<Vec<_>>()).collect()
}

fn lost_backend(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for (route, name, port) in super::policies::backends(cluster) {
            let service = cluster.find("Service", name);
            let found = service.is_some_and(|it| {
                it.tree.at("spec.ports").items().iter().any(|it| it.at("port") == port || it.at("name") == port)
            });
            faults.extend((!found).then(|| route.at(format!("there is no port {port} of Service {name}"))));
        }
    }
    faults
}
