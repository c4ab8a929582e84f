//! `security.yaml`: looks for known faults of packages, of images and of code, every Monday and when asked.

use super::action::{BUILD, BUILDX, CODEQL_ANALYZE, CODEQL_INIT, SARIF, TRIVY};
use super::component::{Component, Image};
use super::step::{Job, allowed, checkout, expression, read_only, run, uses};
use super::toolchain;
use crate::yaml::{Map, Yaml};

const MINUTES: u32 = 30;

pub(super) fn workflow(components: &[Component<'_>]) -> Yaml {
    let mut jobs = Map::new();
    for component in components {
        jobs.insert(format!("packages-{}", component.name), packages(component).map());
        jobs = jobs.blank();
    }
    jobs = jobs.with("dependencies", files("dependencies", "vuln", "lock files").map());
    let images: Vec<(&Component<'_>, Image)> = components
        .iter()
        .flat_map(|component| component.images().into_iter().map(move |image| (component, image)))
        .collect();
    if !images.is_empty() {
        jobs = jobs.blank().with("containers", containers(&images).map());
    }
    jobs = jobs.blank().with("code", files("code", "misconfig,secret", "configuration and secrets").map());
    jobs = jobs.blank().with("analysis", analysis(components).map());
    Map::new()
        .with("name", "security")
        .blank()
        .with_bare("on", triggers())
        .blank()
        .with("permissions", read_only())
        .blank()
        .with("concurrency", super::pipeline::concurrency("security"))
        .blank()
        .with("jobs", jobs)
        .into()
}

fn triggers() -> Map {
    let kind = Map::new()
        .with("description", "What to look at")
        .with("type", "choice")
        .with("default", "full")
        .with("options", Yaml::row(["dependencies", "containers", "code", "full"]));
    Map::new()
        .comment("Mondays at 03:00 UTC.")
        .with("schedule", [Map::new().with("cron", "0 3 * * 1")])
        .with("workflow_dispatch", Map::new().with("inputs", Map::new().with("type", kind)))
}

/// The schedule looks at everything.
fn asked(kind: &str) -> Option<String> {
    Some(format!("github.event_name == 'schedule' || inputs.type == 'full' || inputs.type == '{kind}'"))
}

/// May tell what it found to the repository's security tab.
fn reporting() -> Map {
    allowed("security-events", "write", "shows findings in the security tab")
}

fn packages(component: &Component<'_>) -> Job {
    Job {
        name: format!("{} packages", component.workflow()),
        condition: asked("dependencies"),
        minutes: MINUTES,
        permissions: read_only(),
        folder: component.folder.clone(),
        steps: [vec![checkout()], toolchain::of(component).audit].concat(),
        ..Job::default()
    }
}

/// Trivy over the files of the repository.
fn files(kind: &str, scanners: &'static str, what: &str) -> Job {
    let with = Map::new().with("scan-type", "fs").with("scan-ref", ".").with("scanners", scanners);
    let steps = [vec![checkout()], scan(with, kind)].concat();
    Job {
        name: format!("Trivy: {what}"),
        condition: asked(kind),
        minutes: MINUTES,
        permissions: reporting(),
        steps,
        ..Job::default()
    }
}

/// A scan, and its upload: what is found shows in the security tab and is not lost in a log.
fn scan(with: Map, category: &str) -> Vec<Map> {
    let with = with
        .with("format", "sarif")
        .with("output", "trivy.sarif")
        .with("severity", "HIGH,CRITICAL")
        .with("limit-severities-for-sarif", true)
        .with("ignore-unfixed", true);
    let upload = Map::new().with("sarif_file", "trivy.sarif").with("category", format!("trivy-{category}"));
    vec![uses("Scan", TRIVY, with), uses("Show what was found", SARIF, upload)]
}

/// Images are built as they would be shipped, so that faults that came since are found without waiting for a change.
fn containers(images: &[(&Component<'_>, Image)]) -> Job {
    let include = images.iter().map(|(component, image)| {
        Map::new()
            .with("service", image.service.clone())
            .with("context", component.place().to_owned())
            .with("file", image.dockerfile.clone())
    });
    let include: Vec<Yaml> = include.map(Yaml::from).collect();
    let reference = "scanned:ci";
    let build = Map::new()
        .with("context", expression("matrix.context"))
        .with("file", expression("matrix.file"))
        .with("load", true)
        .with("pull", true)
        .with("tags", reference);
    let steps = vec![
        checkout(),
        uses("Set up Buildx", BUILDX, Map::new().with("cache-binary", false)),
        uses("Build", BUILD, build),
    ];
    let with = Map::new().with("scan-type", "image").with("image-ref", reference);
    Job {
        name: format!("Trivy: image of {}", expression("matrix.service")),
        condition: asked("containers"),
        minutes: MINUTES,
        permissions: reporting(),
        strategy: Map::new().with("fail-fast", false).with("matrix", Map::new().with("include", include)),
        steps: [steps, scan(with, &expression("matrix.service"))].concat(),
        ..Job::default()
    }
}

/// CodeQL, for languages that it knows; workflows are one of them.
fn analysis(components: &[Component<'_>]) -> Job {
    let mut languages = vec![("actions", "none")];
    for language in components.iter().filter_map(|component| toolchain::of(component).codeql) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    let include = languages.iter().map(|(language, mode)| Map::new().with("language", *language).with("mode", *mode));
    let include: Vec<Yaml> = include.map(Map::inline).collect();
    let init = Map::new()
        .with("languages", expression("matrix.language"))
        .with("build-mode", expression("matrix.mode"))
        .with("queries", "security-extended");
    let category = Map::new().with("category", format!("/language:{}", expression("matrix.language")));
    let mut steps = vec![checkout()];
    if components.iter().any(|component| toolchain::of(component).codeql.is_some_and(|it| it.0 == "go")) {
        steps.push(run("Let Go fetch the version that modules ask for", "go env -w GOTOOLCHAIN=auto"));
    }
    steps.push(uses("Prepare CodeQL", CODEQL_INIT, init));
    steps.push(uses("Analyse", CODEQL_ANALYZE, category));
    Job {
        name: format!("CodeQL: {}", expression("matrix.language")),
        condition: asked("code"),
        minutes: 60,
        permissions: reporting(),
        strategy: Map::new().with("fail-fast", false).with("matrix", Map::new().with("include", include)),
        steps,
        ..Job::default()
    }
}
