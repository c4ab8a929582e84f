//! Faults of numbers of pods: scaling without a measure, disruption budgets that forbid or permit everything.

use super::artefacts::Artefacts;
use super::cluster::Cluster;
use super::fault::{Detector, Fault};
use super::objects::{Object, selects};
use super::tree::Tree;
use super::unit::share;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "scaled on a share of nothing",
        numbers: &[25],
        find: unmeasured,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, maxReplicas: 5, metrics: [{ resource: { name: cpu, target: { type: Utilization } } }] } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, resources: { requests: { cpu: 1 } } }, { name: b, resources: { requests: { memory: 1Gi } } }] } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, maxReplicas: 5, metrics: [{ resource: { name: cpu, target: { type: Utilization } } }] } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, resources: { requests: { cpu: 1 } } }] } } } }",
        ],
    },
    Detector {
        name: "all unavailable at once",
        numbers: &[36],
        find: all_unavailable,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 100% } }, template: { spec: { containers: [] , x: 1 } } } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 1, strategy: { rollingUpdate: { maxUnavailable: 1 } }, template: { spec: { x: 1 } } } }",
            "=== k8s/a.yaml\n{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { maxUnavailable: 3, selector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 3, template: { metadata: { labels: { app: a } }, spec: { x: 1 } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 50% } }, template: { spec: { x: 1 } } } }",
        ],
    },
    Detector {
        name: "disruption budget of all replicas",
        numbers: &[49],
        find: no_disruption,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { minAvailable: 2, selector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2, template: { metadata: { labels: { app: a } }, spec: { x: 1 } } } }",
            "=== k8s/a.yaml\n{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { maxUnavailable: 0, selector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }, spec: { replicas: 3, template: { metadata: { labels: { app: a } }, spec: { x: 1 } } } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { minAvailable: 1, selector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2, template: { metadata: { labels: { app: a } }, spec: { x: 1 } } } }",
        ],
    },
    Detector {
        name: "disruption budget against the autoscaler",
        numbers: &[50],
        find: against_autoscaler,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { minAvailable: 2, selector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } }, spec: { x: 1 } } } }\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, minReplicas: 2, maxReplicas: 9 } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a }, spec: { minAvailable: 1, selector: { matchLabels: { app: a } } } }\n---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { metadata: { labels: { app: a } }, spec: { x: 1 } } } }\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, minReplicas: 2, maxReplicas: 9 } }",
        ],
    },
    Detector {
        name: "autoscaled with a fixed number",
        numbers: &[54],
        find: fixed_and_scaled,
        bad: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2, template: { spec: { x: 1 } } } }\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, maxReplicas: 9 } }",
        ],
        good: &[
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { x: 1 } } } }\n---\n{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: a }, spec: { scaleTargetRef: { kind: Deployment, name: a }, maxReplicas: 9 } }",
        ],
    },
];

/// Each autoscaler with what it scales.
fn scaled(artefacts: &Artefacts) -> Vec<(&Object, &Object)> {
    let of = |cluster: &'_ Cluster| -> Vec<(usize, usize)> {
        let place = |wanted: &Object| cluster.objects.iter().position(|it| std::ptr::eq(it, wanted));
        let pairs = cluster.objects.iter().filter_map(|it| Some((place(cluster.autoscaler(it)?)?, place(it)?)));
        pairs.collect()
    };
    let all = artefacts.clusters.iter().flat_map(|cluster| of(cluster).into_iter().map(move |pair| (cluster, pair)));
    all.map(|(cluster, (scaler, target))| (&cluster.objects[scaler], &cluster.objects[target])).collect()
}

fn unmeasured(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (scaler, target) in scaled(artefacts) {
        let shares = scaler
            .tree
            .at("spec.metrics")
            .items()
            .iter()
            .filter(|it| it.at("resource.target.type").text() == "Utilization");
        for what in shares.map(|it| it.at("resource.name").text()) {
            for container in target.pod().iter().flat_map(|pod| pod.containers()) {
                // A limit without a request is the request too.
                let given =
                    ["requests", "limits"].iter().any(|kind| container.at("resources").at(kind).at(what).is_given());
                faults.extend(
                    (!given).then(|| scaler.at(format!("container {} asks for no {what}", container.at("name")))),
                );
            }
        }
    }
    faults
}

fn all_unavailable(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for object in cluster.objects.iter().filter(|object| object.runs_on()) {
            let (least, _) = cluster.replicas(object);
            let missing = share(object.tree.at("spec.strategy.rollingUpdate.maxUnavailable"), least, false);
            faults.extend(
                missing.filter(|it| *it >= least).map(|it| object.at(format!("{it} of {least} pods may be missing"))),
            );
        }
    }
    for (budget, _, least) in budgets(artefacts) {
        let missing = share(budget.tree.at("spec.maxUnavailable"), least, false);
        let all = missing.filter(|it| least > 1.0 && *it >= least);
        faults.extend(all.map(|it| budget.at(format!("{it} of {least} pods may be missing"))));
    }
    faults
}

/// Each disruption budget with whether what it guards is scaled, and how few pods of it there may be.
fn budgets(artefacts: &Artefacts) -> Vec<(&Object, bool, f64)> {
    let mut found = Vec::new();
    for cluster in &artefacts.clusters {
        for budget in cluster.of_kind("PodDisruptionBudget") {
            for pod in cluster.pods().filter(|pod| selects(budget.tree.at("spec.selector"), &pod.labels)) {
                found.push((budget, cluster.autoscaler(pod.of).is_some(), cluster.replicas(pod.of).0));
            }
        }
    }
    found
}

/// Whether a budget lets none of so many pods go.
fn forbids(budget: &Object, pods: f64) -> bool {
    let least = share(budget.tree.at("spec.minAvailable"), pods, true).is_some_and(|it| it >= pods);
    least || share(budget.tree.at("spec.maxUnavailable"), pods, false).is_some_and(|it| it < 1.0)
}

fn no_disruption(artefacts: &Artefacts) -> Vec<Fault> {
    let found = budgets(artefacts).into_iter().filter(|(budget, scaled, pods)| !scaled && forbids(budget, *pods));
    found.map(|(budget, _, pods)| budget.at(format!("none of {pods} pods may go, so no node can be emptied"))).collect()
}

fn against_autoscaler(artefacts: &Artefacts) -> Vec<Fault> {
    let found = budgets(artefacts).into_iter().filter(|(budget, scaled, pods)| *scaled && forbids(budget, *pods));
    found.map(|(budget, _, pods)| budget.at(format!("scaled down to {pods} pods, none may go"))).collect()
}

fn fixed_and_scaled(artefacts: &Artefacts) -> Vec<Fault> {
    let fixed = scaled(artefacts).into_iter().filter(|(_, target)| target.tree.at("spec.replicas").is_given());
    fixed.map(|(_, target)| target.at("is scaled, and set back to a fixed number at each `apply`")).collect()
}
