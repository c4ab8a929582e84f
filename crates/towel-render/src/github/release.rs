//! `release.yaml`: on branches of releases every component goes through its pipeline, changed or not.

use super::component::Component;
use super::step::{Job, expression, run_with};
use crate::yaml::{Map, Yaml};

pub(super) fn workflow(components: &[Component<'_>]) -> Yaml {
    let push = Map::new().with("push", Map::new().with("branches", Yaml::row(["release/**"])));
    Map::new()
        .with("name", "release")
        .blank()
        .with_bare("on", push)
        .blank()
        .with("permissions", super::step::read_only())
        .blank()
        .with("concurrency", super::pipeline::concurrency("release"))
        .blank()
        .with("jobs", Map::new().with("start", start(components).map()))
        .into()
}

/// Pipelines are started and not called: each is a run of its own, with the rights that its jobs ask for and no others.
fn start(components: &[Component<'_>]) -> Job {
    let files: Vec<String> = components.iter().map(|component| format!("{}.yaml", component.workflow())).collect();
    let script = format!(
        "for pipeline in {}; do\n  \
         gh workflow run \"$pipeline\" --repo \"$GITHUB_REPOSITORY\" --ref \"$GITHUB_REF_NAME\"\n\
         done\n",
        files.join(" ")
    );
    Job {
        name: "start".into(),
        minutes: 5,
        permissions: Map::new().with("actions", "write").beside("starts the pipelines"),
        steps: vec![run_with("Start every pipeline", Map::new().with("GH_TOKEN", expression("github.token")), script)],
        ..Job::default()
    }
}
