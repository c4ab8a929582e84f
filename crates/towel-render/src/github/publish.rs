//! Images: built for every pull request, pushed for every branch, and shipped from the branches that say so.

use towel_model::Class;

use super::action::{AWS, BUILD, BUILDX, LOGIN, METADATA};
use super::component::{Component, Image};
use super::deploy::{environments, input};
use super::pipeline::where_changed;
use super::registry::Registry;
use super::step::{Job, allowed, checkout, expression, read_only, run_with, uses};
use crate::Product;
use crate::yaml::{Map, Yaml};

const MINUTES: u32 = 30;

/// Builds the images of a pull request, to see that they can be. None without any.
pub(super) fn image(component: &Component<'_>) -> Option<Job> {
    let images = component.images();
    let first = images.first()?;
    let build = build(component, first, images.len(), Purpose::Try);
    let job = where_changed(Job {
        name: named(component, "image", images.len()),
        minutes: MINUTES,
        permissions: read_only(),
        strategy: strategy(&images),
        steps: vec![checkout(), buildx(), build],
        ..Job::default()
    });
    let condition = job.condition.map(|changed| format!("github.event_name == 'pull_request' && {changed}"));
    Some(Job { condition, ..job })
}

/// Jobs that follow when everything went well: push, then ship.
pub(super) fn after(component: &Component<'_>, product: &Product) -> Vec<(&'static str, Job)> {
    let images: Vec<Image> = component.images().into_iter().filter(|image| image.repository.is_some()).collect();
    let mut jobs = Vec::new();
    if !images.is_empty() {
        jobs.push(("publish", publish(component, &images)));
        jobs.extend(ship(component, product).map(|job| ("deploy", job)));
    }
    jobs
}

fn publish(component: &Component<'_>, images: &[Image]) -> Job {
    let several = images.len();
    let registry = Registry::of(images);
    let mut steps = vec![checkout(), buildx()];
    steps.extend(registry.steps());
    let tags = "type=sha,format=long,prefix=\ntype=ref,event=branch\n";
    let with = Map::new()
        .with("images", or_matrix(several, "image", images.first().and_then(|image| image.repository.clone())))
        .comment("The commit is what is shipped; the branch is for people. `latest` says nothing.")
        .with("tags", tags)
        .with("flavor", "latest=false");
    steps.push(uses("Name the image", METADATA, with).with("id", "names").ordered(&["name", "id"]));
    steps.extend(images.first().map(|image| build(component, image, several, Purpose::Push)));
    Job {
        name: named(component, "publish", several),
        needs: vec!["passed".to_owned()],
        condition: Some(expression(
            "!cancelled() && github.event_name != 'pull_request' && needs.passed.result == 'success'",
        )),
        minutes: MINUTES,
        permissions: registry.permissions(),
        environment: registry.environment(),
        strategy: strategy(images),
        steps,
        ..Job::default()
    }
}

/// Starts the workflow that ships: by hand or by this, there is one way to production. None when no branch ships anything.
fn ship(component: &Component<'_>, product: &Product) -> Option<Job> {
    let of = |class: Class| -> Vec<String> {
        let environments = environments(product).filter(|stack| *stack.environment.class == class);
        environments.map(|stack| stack.environment.name.to_string()).collect()
    };
    let branches = [("develop", of(Class::Staging)), ("main", of(Class::Production))];
    let branches: Vec<(&str, Vec<String>)> = branches.into_iter().filter(|(_, to)| !to.is_empty()).collect();
    if branches.is_empty() {
        return None;
    }
    let cases: String =
        branches.iter().map(|(branch, to)| format!("  {branch}) environments=({}) ;;\n", to.join(" "))).collect();
    let inputs: String = component
        .services
        .iter()
        .map(|build| format!(" \\\n    --field \"{}\"", input(product, &build.service.name, "$VERSION")))
        .collect();
    let script = format!(
        "case \"$GITHUB_REF_NAME\" in\n{cases}esac\n\
         for environment in \"${{environments[@]}}\"; do\n  \
         gh workflow run deploy.yaml --repo \"$GITHUB_REPOSITORY\" --ref \"$GITHUB_REF_NAME\" \\\n    \
         --field \"environment=$environment\"{inputs}\n\
         done\n"
    );
    let env = Map::new().with("GH_TOKEN", expression("github.token")).with("VERSION", expression("github.sha"));
    let on: Vec<String> = branches.iter().map(|(branch, _)| format!("github.ref_name == '{branch}'")).collect();
    Some(Job {
        name: format!("{} deploy", component.workflow()),
        needs: vec!["publish".to_owned()],
        condition: Some(expression(&format!(
            "!cancelled() && needs.publish.result == 'success' && ({})",
            on.join(" || ")
        ))),
        minutes: 5,
        permissions: Map::new().with("actions", "write").beside("starts the workflow that ships"),
        steps: vec![run_with("Ask for the deploy of this commit", env, script)],
        ..Job::default()
    })
}

fn buildx() -> Map {
    // What a cache holds could be anything; the tool that makes images comes from its publisher each time.
    uses("Set up Buildx", BUILDX, Map::new().with("cache-binary", false))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Try,
    Push,
}

fn build(component: &Component<'_>, image: &Image, several: usize, purpose: Purpose) -> Map {
    let scope = if several > 1 { "{0}" } else { image.service.as_str() };
    let mut with = Map::new()
        .with("context", component.place().to_owned())
        .with("file", or_matrix(several, "file", Some(image.dockerfile.clone())))
        .with("push", purpose == Purpose::Push);
    if purpose == Purpose::Push {
        with = with
            .with("tags", expression("steps.names.outputs.tags"))
            .with("labels", expression("steps.names.outputs.labels"));
    }
    let arguments = format!("REVISION={sha}\nVERSION={sha}\n", sha = expression("github.sha"));
    let with = with
        .with("build-args", arguments)
        .comment("Layers of earlier builds, but never in a release.")
        .with("cache-from", layers(&format!("type=gha,scope={scope}")))
        .with("cache-to", layers(&format!("type=gha,scope={scope},mode=max")))
        .comment("The largest provenance would publish build arguments.")
        .with("provenance", "mode=min");
    uses(if purpose == Purpose::Push { "Build and push" } else { "Build" }, BUILD, with)
}

/// A cache of layers, which a release does without.
fn layers(cache: &str) -> String {
    let cache = if cache.contains("{0}") { format!("format('{cache}', matrix.service)") } else { format!("'{cache}'") };
    expression(&format!("!startsWith(github.ref, 'refs/heads/release/') && {cache} || ''"))
}

/// A value of the matrix when there are several images, the value itself when there is one.
fn or_matrix(several: usize, key: &str, value: Option<String>) -> String {
    if several > 1 { expression(&format!("matrix.{key}")) } else { value.unwrap_or_default() }
}

fn named(component: &Component<'_>, what: &str, several: usize) -> String {
    if several > 1 {
        format!("{} {what} {}", component.workflow(), expression("matrix.service"))
    } else {
        format!("{} {what}", component.workflow())
    }
}

fn strategy(images: &[Image]) -> Map {
    if images.len() < 2 {
        return Map::new();
    }
    let include = images.iter().map(|image| {
        let map = Map::new().with("service", image.service.clone()).with("file", image.dockerfile.clone());
        map.maybe("image", image.repository.clone())
    });
    let include: Vec<Yaml> = include.map(Yaml::from).collect();
    Map::new().with("fail-fast", false).with("matrix", Map::new().with("include", include))
}

impl Registry {
    fn steps(&self) -> Vec<Map> {
        match self {
            Self::Github => {
                let with = Map::new()
                    .with("registry", "ghcr.io")
                    .with("username", expression("github.actor"))
                    .with("password", expression("github.token"));
                vec![uses("Log in", LOGIN, with)]
            }
            Self::Aws { host, region } => vec![
                uses(
                    "Become the role that may push",
                    AWS,
                    Map::new()
                        .with("role-to-assume", expression("vars.AWS_PUSH_ROLE"))
                        .with("aws-region", region.clone()),
                ),
                uses("Log in", LOGIN, Map::new().with("registry", host.clone())),
            ],
            Self::Other { host } => {
                let with = Map::new()
                    .with("registry", host.clone())
                    .with("username", expression("secrets.REGISTRY_USERNAME"))
                    .with("password", expression("secrets.REGISTRY_PASSWORD"));
                vec![uses("Log in", LOGIN, with)]
            }
        }
    }

    fn permissions(&self) -> Map {
        match self {
            Self::Github => allowed("packages", "write", "pushes the image"),
            Self::Aws { .. } => allowed("id-token", "write", "proves to AWS which run this is"),
            Self::Other { .. } => read_only(),
        }
    }

    /// Secrets are only in jobs that have an environment, so that branches can be kept from them.
    fn environment(&self) -> Option<Map> {
        match self {
            Self::Github | Self::Aws { .. } => None,
            Self::Other { .. } => Some(Map::new().with("name", "registry")),
        }
    }
}
