//! Fault 47: deploys that run beside each other, for ever, or ship what nobody built.

use serde_json::Value;

use super::artefacts::Artefacts;
use super::fault::{Detector, Fault};
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "deploys beside each other",
        numbers: &[47],
        find: side_by_side,
        bad: &[
            "=== .github/workflows/a.yaml\n{ on: push, jobs: { a: { timeout-minutes: 5, steps: [{ run: 'towel --env live deploy a 1' }] } } }",
        ],
        good: &[
            "=== .github/workflows/a.yaml\n{ on: push, concurrency: { group: a, cancel-in-progress: false }, jobs: { a: { timeout-minutes: 5, steps: [{ run: 'towel deploy a 1' }] } } }",
        ],
    },
    Detector {
        name: "deploy that may be cut short",
        numbers: &[47],
        find: cut_short,
        bad: &[
            "=== .github/workflows/a.yaml\n{ on: push, concurrency: { group: a, cancel-in-progress: true }, jobs: { a: { timeout-minutes: 5, steps: [{ run: 'helm upgrade a' }] } } }",
        ],
        good: &[
            "=== .github/workflows/a.yaml\n{ on: push, concurrency: a, jobs: { a: { timeout-minutes: 5, steps: [{ run: 'helm upgrade a' }] } } }",
        ],
    },
    Detector {
        name: "job without an end",
        numbers: &[47],
        find: endless,
        bad: &["=== .github/workflows/a.yaml\n{ on: push, jobs: { a: { steps: [{ run: make }] } } }"],
        good: &[
            "=== .github/workflows/a.yaml\n{ on: push, jobs: { a: { timeout-minutes: 5, steps: [{ run: make }] }, b: { uses: ./.github/workflows/b.yaml } } }",
        ],
    },
    Detector {
        name: "deploy of what was not built",
        numbers: &[47],
        find: unbuilt,
        bad: &[
            "=== .github/workflows/a.yaml\n{ on: push, concurrency: a, jobs: { a: { timeout-minutes: 5, steps: [{ run: 'kubectl set image deployment/a a=r.example/a:${{ github.sha }}' }] } } }",
            "=== .github/workflows/a.yaml\n{ on: push, concurrency: a, jobs: { a: { timeout-minutes: 5, steps: [{ env: { VERSION: latest }, run: 'towel deploy a \"$VERSION\"' }] } } }",
        ],
        good: &[
            "=== .github/workflows/a.yaml\n{ on: push, concurrency: a, jobs: { build: { timeout-minutes: 5, steps: [{ uses: docker/build-push-action@v6, with: { push: true, tags: 'a:${{ github.sha }}' } }] }, a: { needs: build, timeout-minutes: 5, steps: [{ run: 'towel deploy a ${{ github.sha }}' }] } } }",
        ],
    },
];

/// Whether a step changes what runs.
fn deploys(step: &Value) -> bool {
    let script = step.at("run").text();
    let towel = script.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.first() == Some(&"towel") && words.contains(&"deploy")
    });
    towel
        || ["kubectl apply", "kubectl set image", "helm upgrade", "docker stack deploy"]
            .iter()
            .any(|it| script.contains(it))
}

fn deploying(workflow: &Value) -> Vec<(&str, &Value)> {
    let jobs = workflow.at("jobs").entries();
    jobs.filter(|(_, job)| job.at("steps").items().iter().any(deploys)).collect()
}

fn side_by_side(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, workflow) in artefacts.workflows() {
        let free = deploying(workflow)
            .into_iter()
            .filter(|(_, job)| !workflow.at("concurrency").is_given() && !job.at("concurrency").is_given());
        faults.extend(free.map(|(name, _)| Fault::new(path, format!("{name}: two of them may run at once"))));
    }
    faults
}

fn cut_short(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, workflow) in artefacts.workflows() {
        let cancels = |it: &Value| {
            it.at("concurrency.cancel-in-progress").is_given()
                && it.at("concurrency.cancel-in-progress") != &Value::Bool(false)
        };
        let cut = deploying(workflow).into_iter().filter(|(_, job)| cancels(workflow) || cancels(job));
        faults.extend(cut.map(|(name, _)| Fault::new(path, format!("{name}: the next one ends it in the middle"))));
    }
    faults
}

fn endless(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, workflow) in artefacts.workflows() {
        let own = workflow
            .at("jobs")
            .entries()
            .filter(|(_, job)| !job.at("uses").is_given() && !job.at("timeout-minutes").is_given());
        faults.extend(own.map(|(name, _)| Fault::new(path, format!("{name}: runs for six hours when it hangs"))));
    }
    faults
}

fn unbuilt(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, workflow) in artefacts.workflows() {
        let pushes = |job: &Value| {
            let steps = job.at("steps").items().iter();
            steps.into_iter().any(|step| {
                step.at("uses").text().starts_with("docker/build-push-action")
                    || step.at("run").text().contains("docker push")
                    || step.at("run").text().contains("--push")
            })
        };
        let builds = workflow.at("jobs").entries().any(|(_, job)| pushes(job));
        for (name, job) in deploying(workflow) {
            for step in job.at("steps").items().iter().filter(|step| deploys(step)) {
                let texts = [vec![step.at("run").text()], step.at("env").texts()].concat();
                let own = ["github.sha", "github.ref_name", "github.head_ref"]
                    .iter()
                    .any(|it| texts.iter().any(|text| text.contains(it)));
                let moving =
                    texts.iter().any(|text| ["latest", "main", "develop"].contains(text) || text.contains(":latest"));
                faults.extend(
                    (moving || own && !builds)
                        .then(|| Fault::new(path, format!("{name}: ships what this workflow did not build"))),
                );
            }
        }
    }
    faults
}
