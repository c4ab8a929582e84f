//! Faults of stopping: less time than work in flight needs, and signals that a shell swallows.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::dockerfile::stages;
use super::fault::{Detector, Fault};
use super::loss::{compose_environment, is_one_shot};
use super::tree::Tree;
use super::unit;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "killed before it has drained",
        numbers: &[28],
        find: short_grace,
        bad: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { drain: 20s } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { terminationGracePeriodSeconds: 25, containers: [{ name: a, lifecycle: { preStop: { sleep: { seconds: 10 } } } }] } } } }",
            "=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, lifecycle: { preStop: { exec: { command: [sh, -c, sleep 35] } } } }] } } } }",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { live: {} }\nservices: { a: { drain: 20s } }\n=== k8s/live/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { terminationGracePeriodSeconds: 35, containers: [{ name: a, lifecycle: { preStop: { sleep: { seconds: 10 } } } }] } } } }",
        ],
    },
    Detector {
        name: "container killed before it has drained",
        numbers: &[39],
        find: short_stop,
        bad: &[
            "=== towel.yaml\nenvironments: { dev: { class: dev } }\nservices: { a: { drain: 20s } }\n=== compose.yaml\nservices: { a: { image: 'a:1', stop_grace_period: 15s } }",
            "=== towel.yaml\nenvironments: { dev: { class: dev } }\nservices: { a: { drain: 20s } }\n=== compose.yaml\nservices: { a: { image: 'a:1' } }",
        ],
        good: &[
            "=== towel.yaml\nenvironments: { dev: { class: dev } }\nservices: { a: { drain: 20s } }\n=== compose.yaml\nservices: { a: { image: 'a:1', stop_grace_period: 25s } }",
        ],
    },
    Detector {
        name: "shell that swallows the signal",
        numbers: &[39],
        find: shell_form,
        bad: &[
            "=== a/Dockerfile\nFROM node:22\nCMD node main.js\n",
            "=== a/Dockerfile\nFROM node:22\nENTRYPOINT [\"sh\", \"-c\", \"node main.js\"]\n",
            "=== compose.yaml\nservices: { a: { image: 'a:1', command: [sh, -c, 'prepare && serve'] } }",
            "=== k8s/a.yaml\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { template: { spec: { containers: [{ name: a, command: [/bin/sh, -c, 'serve'] }] } } } }",
        ],
        good: &[
            "=== a/Dockerfile\nFROM node:22 AS build\nCMD build\nFROM node:22\nCMD [\"node\", \"main.js\"]\n",
            "=== compose.yaml\nservices: { a: { image: 'a:1', command: [sh, -c, 'prepare && exec serve'] } }",
        ],
    },
];

fn short_grace(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for cluster in &artefacts.clusters {
        for pod in cluster.pods().filter(|pod| pod.of.runs_on()) {
            let grace = pod.spec.at("terminationGracePeriodSeconds").number().unwrap_or(30.0);
            let drain = artefacts.declared.seconds(&cluster.environment, pod.of.name(), "drain");
            let before = pod.containers().iter().map(|it| before_stop(it.at("lifecycle.preStop"))).fold(0.0, f64::max);
            if grace < before + drain.unwrap_or(0.0) || (before > 0.0 && grace <= before) {
                faults
                    .push(pod.of.at(format!("{grace} s of grace for {before} s of preStop and {drain:?} s of drain")));
            }
        }
    }
    faults
}

fn before_stop(hook: &Value) -> f64 {
    let slept = || {
        let words = hook.at("exec.command").texts().join(" ");
        words.split_once("sleep ").and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok())
    };
    hook.at("sleep.seconds").number().or_else(slept).unwrap_or(0.0)
}

fn short_stop(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, document) in artefacts.composes() {
        let environment = compose_environment(artefacts, path);
        for (name, container) in document.at("services").entries() {
            let Some(drain) = artefacts.declared.seconds(&environment, name, "drain") else { continue };
            let grace = unit::seconds(container.at("stop_grace_period").text()).unwrap_or(10.0);
            faults.extend(
                (grace < drain).then(|| Fault::new(path, format!("{name}: {grace} s to stop, {drain} s to drain"))),
            );
        }
    }
    faults
}

/// Whether words start a shell that stands between the signal and the program.
fn swallows(words: &Value) -> bool {
    let words: Vec<&str> = words.items().iter().map(Tree::text).collect();
    let shell =
        words.first().is_some_and(|word| ["sh", "bash", "ash"].contains(&word.rsplit('/').next().unwrap_or(word)));
    let script = words
        .iter()
        .position(|word| word.starts_with('-') && word.ends_with('c'))
        .and_then(|place| words.get(place + 1));
    shell && script.is_some_and(|script| !script.contains("exec ") && !script.contains("trap "))
}

fn shell_form(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in artefacts.dockerfiles() {
        let stages = stages(text);
        let last = stages.last().map_or(&[][..], |stage| &stage.instructions);
        for (keyword, rest) in last.iter().filter(|(keyword, _)| ["CMD", "ENTRYPOINT"].contains(&keyword.as_str())) {
            let swallowed = serde_json::from_str(rest).map_or(true, |words: Value| swallows(&words));
            faults.extend(swallowed.then(|| Fault::new(path, format!("{keyword} {rest}: a shell gets the signal"))));
        }
    }
    for (path, document) in artefacts.composes() {
        for (name, container) in document.at("services").entries().filter(|(name, it)| !is_one_shot(document, name, it))
        {
            let found = ["command", "entrypoint"].into_iter().filter(|key| swallows(container.at(key)));
            faults
                .extend(found.map(|key| Fault::new(path, format!("{name}: `{key}` is a shell that gets the signal"))));
        }
    }
    for pod in artefacts.clusters.iter().flat_map(|cluster| cluster.pods()).filter(|pod| pod.of.runs_on()) {
        let found = pod.containers().iter().filter(|it| swallows(it.at("command")));
        faults
            .extend(found.map(|it| pod.of.at(format!("container {} is a shell that gets the signal", it.at("name")))));
    }
    faults
}
