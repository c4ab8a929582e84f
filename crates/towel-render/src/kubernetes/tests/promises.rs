//! What every product's objects promise, read from the finished objects alone.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;
use towel_testkit::random::product_of;

use super::finish::finished;
use super::sample::{examples, sample};
use crate::ownership::product;

type Objects = BTreeMap<String, Value>;

/// A pod template and what it belongs to.
struct Pods<'a> {
    id: &'a str,
    labels: &'a Value,
    spec: &'a Value,
}

fn pods(objects: &Objects) -> Vec<Pods<'_>> {
    let templates = objects.iter().filter_map(|(id, object)| {
        let paths = ["/spec/template", "/spec/jobTemplate/spec/template"];
        let template = paths.iter().find_map(|path| object.pointer(path))?;
        Some(Pods { id, labels: &template["metadata"]["labels"], spec: &template["spec"] })
    });
    templates.collect()
}

fn of_kind<'a>(objects: &'a Objects, kind: &str) -> Vec<&'a Value> {
    objects.values().filter(|object| object["kind"] == kind).collect()
}

fn containers(spec: &Value) -> Vec<&Value> {
    let lists = ["initContainers", "containers"].map(|key| spec[key].as_array());
    lists.into_iter().flatten().flatten().collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Whether labels have all that a selector asks for.
fn selects(selector: &Value, labels: &Value) -> bool {
    selector.as_object().is_some_and(|wanted| wanted.iter().all(|(key, value)| &labels[key] == value))
}

/// Every environment of a cluster of the sample, the examples and random products.
static ALL: LazyLock<Vec<(String, Objects)>> = LazyLock::new(|| {
    let random = (0..30).filter_map(|seed| Some((format!("seed {seed}"), product(&product_of(seed), None)?)));
    let named = examples().into_iter().map(|(name, product)| (name.to_owned(), product));
    let products: Vec<_> = named.chain([("sample".to_owned(), sample())]).chain(random).collect();
    let environments = products.iter().flat_map(|(name, product)| product.clustered().map(move |stack| (name, stack)));
    environments.map(|(name, it)| (format!("{name}, {}", it.environment.name.as_str()), finished(it))).collect()
});

fn each(examine: impl Fn(&str, &Objects)) {
    assert!(ALL.len() > 30, "only {} environments", ALL.len());
    ALL.iter().for_each(|(name, objects)| examine(name, objects));
}

#[test]
fn no_pod_may_more_than_it_needs() {
    each(|name, objects| {
        for Pods { id, spec, .. } in pods(objects) {
            let pod = &spec["securityContext"];
            assert_eq!(spec["automountServiceAccountToken"], false, "{name}: {id}");
            assert_eq!(pod["runAsNonRoot"], true, "{name}: {id}");
            assert!(pod["runAsUser"].as_i64().unwrap() > 0, "{name}: {id}");
            assert_eq!(pod["seccompProfile"]["type"], "RuntimeDefault", "{name}: {id}");
            for container in containers(spec) {
                let may = &container["securityContext"];
                assert_eq!(may["readOnlyRootFilesystem"], true, "{name}: {id}");
                assert_eq!(may["allowPrivilegeEscalation"], false, "{name}: {id}");
                assert_eq!(may["capabilities"]["drop"][0], "ALL", "{name}: {id}");
                let figures = &container["resources"];
                for figure in ["/requests/cpu", "/requests/memory", "/limits/cpu", "/limits/memory"] {
                    assert!(figures.pointer(figure).is_some(), "{name}: {id} has no {figure}");
                }
            }
        }
    });
}

#[test]
fn whatever_is_referred_to_is_there() {
    each(|name, objects| {
        let namespace = |kind: &str, it: &str| objects.contains_key(&format!("{kind}/{it}"));
        for Pods { id, spec, .. } in pods(objects) {
            let account = spec["serviceAccountName"].as_str().unwrap();
            assert!(namespace("ServiceAccount", account), "{name}: {id} has no account");
            let claims =
                list(&spec["volumes"]).iter().filter_map(|it| it["persistentVolumeClaim"]["claimName"].as_str());
            claims.for_each(|claim| assert!(namespace("PersistentVolumeClaim", claim), "{name}: {id}: {claim}"));
            let claimed = list(&objects[id]["spec"]["volumeClaimTemplates"]).iter().map(|it| &it["metadata"]["name"]);
            let volumes: Vec<&Value> = list(&spec["volumes"]).iter().map(|it| &it["name"]).chain(claimed).collect();
            for container in containers(spec) {
                for mount in list(&container["volumeMounts"]) {
                    assert!(volumes.contains(&&mount["name"]), "{name}: {id}: no volume {}", mount["name"]);
                }
                for source in list(&container["envFrom"]) {
                    let config = source["configMapRef"]["name"].as_str().unwrap();
                    assert!(namespace("ConfigMap", config), "{name}: {id}: {config}");
                }
            }
        }
        for route in of_kind(objects, "HTTPRoute") {
            for parent in list(&route["spec"]["parentRefs"]) {
                let gateway = &objects[&format!("Gateway/{}", parent["name"].as_str().unwrap())];
                let sections = list(&gateway["spec"]["listeners"]).iter().map(|it| &it["name"]);
                assert!(
                    sections.into_iter().any(|it| *it == parent["sectionName"]),
                    "{name}: {}",
                    route["metadata"]["name"]
                );
            }
        }
    });
}

#[test]
fn ports_are_the_same_in_container_probe_service_and_scrape() {
    each(|name, objects| {
        for Pods { id, labels, spec } in pods(objects) {
            let Some(container) = list(&spec["containers"]).first() else { continue };
            let ports = list(&container["ports"]);
            for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
                for way in ["httpGet", "tcpSocket"] {
                    let Some(asked) = container.pointer(&format!("/{probe}/{way}/port")) else { continue };
                    assert!(ports.iter().any(|port| port["name"] == *asked), "{name}: {id}: {probe} asks {asked}");
                }
            }
            for service in of_kind(objects, "Service").iter().filter(|it| selects(&it["spec"]["selector"], labels)) {
                let port = &service["spec"]["ports"][0];
                assert_eq!(
                    (&ports[0]["name"], &ports[0]["containerPort"]),
                    (&port["targetPort"], &port["port"]),
                    "{name}: {id}"
                );
            }
            let annotations = objects[id].pointer("/spec/template/metadata/annotations");
            if let Some(port) = annotations.and_then(|it| it["prometheus.io/port"].as_str()) {
                let mut all = containers(spec).into_iter().flat_map(|it| list(&it["ports"]));
                let port: i64 = port.parse().unwrap();
                assert!(all.any(|it| it["containerPort"] == port), "{name}: {id}: {port} is nobody's");
            }
        }
    });
}

#[test]
fn whoever_may_call_anybody_may_ask_for_names() {
    each(|name, objects| {
        for policy in of_kind(objects, "NetworkPolicy") {
            let rules = list(&policy["spec"]["egress"]);
            let names = rules.iter().any(|rule| {
                let ports: Vec<(&str, i64)> = list(&rule["ports"])
                    .iter()
                    .map(|port| (port["protocol"].as_str().unwrap(), port["port"].as_i64().unwrap()))
                    .collect();
                ports == [("UDP", 53), ("TCP", 53)]
            });
            assert!(rules.is_empty() || names, "{name}: {}", policy["metadata"]["name"]);
        }
        assert!(objects.contains_key("NetworkPolicy/default-deny"), "{name}");
    });
}

/// What a pod may send, the other side takes: a policy of each has to agree.
#[test]
fn what_may_be_sent_is_taken() {
    each(|name, objects| {
        let pods = pods(objects);
        let policies = of_kind(objects, "NetworkPolicy");
        let of = |labels: &Value| {
            policies
                .iter()
                .filter(|it| selects(&it["spec"]["podSelector"]["matchLabels"], labels))
                .copied()
                .collect::<Vec<_>>()
        };
        for sender in &pods {
            for rule in of(sender.labels).iter().flat_map(|policy| list(&policy["spec"]["egress"])) {
                for selector in list(&rule["to"]).iter().filter_map(|to| to.pointer("/podSelector/matchLabels")) {
                    let taker = pods.iter().find(|pod| selects(selector, pod.labels));
                    let taker = taker.unwrap_or_else(|| panic!("{name}: {} may call nobody: {selector}", sender.id));
                    let takes = of(taker.labels).iter().flat_map(|it| list(&it["spec"]["ingress"])).any(|ingress| {
                        let from =
                            list(&ingress["from"]).iter().filter_map(|it| it.pointer("/podSelector/matchLabels"));
                        from.into_iter().any(|it| selects(it, sender.labels)) && ingress["ports"] == rule["ports"]
                    });
                    assert!(takes, "{name}: {} may not be called by {}", taker.id, sender.id);
                }
            }
        }
    });
}

#[test]
fn the_time_to_end_is_enough_for_what_happens_in_it() {
    for (name, product) in examples().into_iter().chain([("sample", sample())]) {
        for stack in product.clustered() {
            let objects = finished(stack);
            for service in &stack.services {
                let spec = &objects[&format!("Deployment/{}", service.name.as_str())]["spec"]["template"]["spec"];
                let sleep = spec.pointer("/containers/0/lifecycle/preStop/sleep/seconds").and_then(Value::as_u64);
                let needed = sleep.unwrap_or(0) + service.stop.as_secs().max(service.drain.as_secs());
                assert!(
                    spec["terminationGracePeriodSeconds"].as_u64().unwrap() >= needed,
                    "{name}: {}",
                    service.name.as_str()
                );
                assert_eq!(sleep.is_some(), service.port.is_some(), "{name}: {}", service.name.as_str());
            }
        }
    }
}

#[test]
fn liveness_never_asks_what_readiness_asks() {
    each(|name, objects| {
        for deployment in of_kind(objects, "Deployment") {
            let container = &deployment["spec"]["template"]["spec"]["containers"][0];
            let (live, ready) = (&container["livenessProbe"], &container["readinessProbe"]);
            for way in ["httpGet", "tcpSocket", "exec"] {
                let same = !live[way].is_null() && live[way] == ready[way];
                assert!(!same, "{name}: {}", deployment["metadata"]["name"]);
            }
        }
    });
}

#[test]
fn nobody_else_counts_what_an_autoscaler_counts_and_no_budget_holds_up_a_drain() {
    each(|name, objects| {
        let scaled: Vec<&Value> = of_kind(objects, "HorizontalPodAutoscaler")
            .iter()
            .map(|it| &it["spec"]["scaleTargetRef"]["name"])
            .collect();
        for deployment in of_kind(objects, "Deployment") {
            let own = &deployment["metadata"]["name"];
            assert_eq!(scaled.contains(&own), deployment["spec"]["replicas"].is_null(), "{name}: {own}");
        }
        for budget in of_kind(objects, "PodDisruptionBudget") {
            let own = budget["metadata"]["name"].as_str().unwrap();
            let counts = ["Deployment", "StatefulSet"].map(|kind| objects.get(&format!("{kind}/{own}")));
            let fixed = counts.into_iter().flatten().find_map(|it| it["spec"]["replicas"].as_i64());
            let least = objects
                .get(&format!("HorizontalPodAutoscaler/{own}"))
                .and_then(|it| it["spec"]["minReplicas"].as_i64());
            assert!(fixed.or(least).unwrap() > 1, "{name}: {own}");
            assert_eq!(budget["spec"]["maxUnavailable"], 1, "{name}: {own}");
        }
    });
}

#[test]
fn backups_do_not_overlap_and_are_named_once_they_are_whole() {
    each(|name, objects| {
        for job in of_kind(objects, "CronJob") {
            let own = &job["metadata"]["name"];
            assert_eq!(job["spec"]["concurrencyPolicy"], "Forbid", "{name}: {own}");
            assert!(job["spec"]["startingDeadlineSeconds"].as_i64().unwrap() >= 60, "{name}: {own}");
            let script = job.pointer("/spec/jobTemplate/spec/template/spec/initContainers/0/command/2").unwrap();
            let script = script.as_str().unwrap();
            let (size, named) = (script.find("test -s part").unwrap(), script.find("mv part ").unwrap());
            assert!(size < named, "{name}: {own}: {script}");
        }
    });
}

#[test]
fn no_variable_holds_a_secret_and_no_image_moves() {
    each(|name, objects| {
        for Pods { id, spec, .. } in pods(objects) {
            for container in containers(spec) {
                let image = container["image"].as_str().unwrap();
                let tag = image.rsplit('/').next().unwrap().split_once(':').map(|(_, tag)| tag);
                assert!(tag.is_some_and(|tag| tag != "latest") || image.contains('@'), "{name}: {id}: {image}");
                let mut declared: Vec<&str> = Vec::new();
                for variable in list(&container["env"]) {
                    let own = variable["name"].as_str().unwrap();
                    let text = variable["value"].as_str().unwrap_or_default();
                    let taken = text.is_empty() || text.starts_with("$(");
                    assert!(!own.contains("PASSWORD") || taken, "{name}: {id}: {own}");
                    // `$(NAME)` only knows what was declared before.
                    for used in text.replace("$$", "").split("$(").skip(1).filter_map(|rest| rest.split(')').next()) {
                        assert!(declared.contains(&used), "{name}: {id}: {own} is made from {used}");
                    }
                    declared.push(own);
                }
            }
        }
    });
}
