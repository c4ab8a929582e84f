//! The workflow of a component: it is checked, tested and built where it changed, and its images are pushed and shipped.

use super::component::Component;
use super::step::{Job, checkout, checkout_with_parent, expression, read_only, run_with, uses};
use super::surroundings::Surroundings;
use super::toolchain::{self, Toolchain};
use super::{action, publish};
use crate::Product;
use crate::docker::Kind;
use crate::yaml::{Map, Yaml};

/// Of each test, from the first step to the last.
const MINUTES: u32 = 25;

pub(super) fn workflow(component: &Component<'_>, product: &Product) -> Yaml {
    let name = component.workflow();
    let mut jobs = Map::new().with("changes", changes(component).map());
    let mut tests = vec!["changes".to_owned()];
    for (id, job) in tests_of(component) {
        tests.push(id.to_owned());
        jobs = jobs.blank().with(id, job.map());
    }
    if let Some(job) = publish::image(component) {
        tests.push("image".to_owned());
        jobs = jobs.blank().with("image", job.map());
    }
    jobs = jobs.blank().with("passed", passed(component, tests).map());
    for (id, job) in publish::after(component, product) {
        jobs = jobs.blank().with(id, job.map());
    }
    Map::new()
        .with("name", name.clone())
        .blank()
        .with_bare("on", triggers(component))
        .blank()
        .with("permissions", read_only())
        .blank()
        .comment("A newer commit makes the run of an older one pointless.")
        .with("concurrency", concurrency(&name))
        .blank()
        .with("jobs", jobs)
        .into()
}

pub(super) fn concurrency(name: &str) -> Map {
    Map::new().with("group", format!("{name}-{}", expression("github.ref"))).with("cancel-in-progress", true)
}

fn triggers(component: &Component<'_>) -> Map {
    let push = Map::new()
        .with("branches", Yaml::row(["main", "develop", "feature/**"]))
        .unless_empty("paths", Yaml::list(paths(component)));
    Map::new()
        .with("push", push)
        .comment(
            "Without `paths`: branch rules wait for this workflow, and would wait forever for one that never starts. Its first\n\
             job finds out whether the others have something to do.",
        )
        .with("pull_request", Map::new().with("branches", Yaml::row(["main", "develop", "release/**"])))
        .comment("By hand, and by release.yaml on branches `release/**`: there everything is built, changed or not.")
        .with("workflow_dispatch", Map::new())
}

/// What a push has to change; empty when the component is the whole repository.
fn paths(component: &Component<'_>) -> Vec<String> {
    if component.folder.is_empty() {
        return Vec::new();
    }
    vec![format!("{}/**", component.folder), component.file()]
}

fn changes(component: &Component<'_>) -> Job {
    let places = format!("{} {}", component.place(), component.file());
    let script = "# A pull request is tested as it would be merged, so its own changes are those against the first parent.\n\
                  changed=true\n\
                  if [ \"$EVENT\" = pull_request ]; then\n  \
                  read -ra places <<< \"$PLACES\"\n  \
                  if git diff --quiet HEAD^1 HEAD -- \"${places[@]}\"; then changed=false; fi\n\
                  fi\n\
                  echo \"changed=$changed\" >> \"$GITHUB_OUTPUT\"\n";
    let env = Map::new().with("EVENT", expression("github.event_name")).with("PLACES", places);
    let look = run_with("Look what changed", env, script).with("id", "look").ordered(&["name", "id"]);
    Job {
        name: format!("{} changes", component.workflow()),
        minutes: 5,
        permissions: read_only(),
        outputs: Map::new().with("changed", expression("steps.look.outputs.changed")),
        steps: vec![checkout_with_parent(), look],
        ..Job::default()
    }
}

/// A job that runs where the component changed.
pub(super) fn where_changed(job: Job) -> Job {
    Job {
        needs: vec!["changes".to_owned()],
        condition: Some("needs.changes.outputs.changed == 'true'".to_owned()),
        ..job
    }
}

fn tests_of(component: &Component<'_>) -> Vec<(&'static str, Job)> {
    let tools = toolchain::of(component);
    let mut jobs = vec![("check", check(component, &tools)), ("unit", unit(component, &tools))];
    if let Some(job) = suites(component, &tools) {
        jobs.push(("integration", job));
    }
    if component.kind == Kind::Flutter {
        jobs.push(("android", toolchain::android(component)));
        jobs.push(("ios", toolchain::ios(component)));
    }
    jobs.into_iter().map(|(id, job)| (id, where_changed(job))).collect()
}

fn check(component: &Component<'_>, tools: &Toolchain) -> Job {
    Job {
        name: format!("{} {}", component.workflow(), expression("matrix.check")),
        minutes: MINUTES,
        permissions: read_only(),
        strategy: tools.checks.strategy(),
        folder: component.folder.clone(),
        steps: [vec![checkout()], tools.setup.clone(), tools.checks.steps()].concat(),
        ..Job::default()
    }
}

fn unit(component: &Component<'_>, tools: &Toolchain) -> Job {
    let with = Map::new()
        .with("name", format!("{}-coverage", component.workflow()))
        .with("path", component.path(tools.coverage))
        .with("if-no-files-found", "warn")
        .with("retention-days", 14u16);
    let keep = uses("Keep the coverage", action::UPLOAD, with);
    Job {
        name: format!("{} unit tests", component.workflow()),
        minutes: MINUTES,
        permissions: read_only(),
        folder: component.folder.clone(),
        steps: [vec![checkout()], tools.unit.clone(), vec![keep]].concat(),
        ..Job::default()
    }
}

fn suites(component: &Component<'_>, tools: &Toolchain) -> Option<Job> {
    let suites = tools.suites.as_ref()?;
    let surroundings = Surroundings::of(component);
    Some(Job {
        name: format!("{} {} tests", component.workflow(), expression("matrix.check")),
        minutes: MINUTES,
        permissions: read_only(),
        strategy: suites.strategy(),
        services: surroundings.services(),
        env: surroundings.env(),
        folder: component.folder.clone(),
        steps: [vec![checkout()], surroundings.steps(), tools.setup.clone(), suites.steps()].concat(),
        ..Job::default()
    })
}

/// One name that branch rules can wait for, whatever there was to do.
fn passed(component: &Component<'_>, tests: Vec<String>) -> Job {
    let script = "echo \"$RESULTS\"\n\
                  for result in $RESULTS; do\n  \
                  case \"$result\" in success | skipped) ;; *) exit 1 ;; esac\n\
                  done\n";
    let env = Map::new().with("RESULTS", expression("join(needs.*.result, ' ')"));
    Job {
        name: component.verdict(),
        needs: tests,
        condition: Some("always()".to_owned()),
        minutes: 5,
        permissions: Map::new(),
        steps: vec![run_with("Every job went well or had nothing to do", env, script)],
        ..Job::default()
    }
}
