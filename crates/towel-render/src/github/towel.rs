//! How a job gets the program towel.

use super::step::{Job, checkout, expression, read_only, run};
use crate::yaml::{Map, Yaml};

/// The program that rendered the workflow is the one that runs in it.
const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

const INSTALL: &str = r#"if [ -n "$TOWEL_SHA256" ]; then
  archive="$RUNNER_TEMP/towel.tar.gz"
  curl --fail --silent --show-error --location --proto '=https' --output "$archive" \
    "$TOWEL_REPOSITORY/releases/download/v$TOWEL_VERSION/towel-x86_64-unknown-linux-gnu.tar.gz"
  echo "$TOWEL_SHA256  $archive" | sha256sum --check --strict
  tar --extract --gzip --file "$archive" --directory "$RUNNER_TEMP" towel
  sudo install --mode 0755 "$RUNNER_TEMP/towel" /usr/local/bin/towel
else
  cargo install --locked --git "$TOWEL_REPOSITORY" --tag "v$TOWEL_VERSION" towel
fi
"#;

/// Variables of a workflow that needs towel.
pub(super) fn env() -> Map {
    Map::new()
        .with("TOWEL_VERSION", VERSION)
        .with("TOWEL_REPOSITORY", REPOSITORY)
        .comment(
            "The checksum of the released archive of this version, as a variable of this repository. Releases are not published\n\
             yet: without the checksum towel is built from its tag, which takes minutes and needs that tag to be there.",
        )
        .with("TOWEL_SHA256", expression("vars.TOWEL_SHA256"))
}

pub(super) fn install() -> Map {
    run("Install towel", INSTALL)
}

/// Checks the platform file and everything that was rendered from it.
pub(super) fn platform() -> Yaml {
    let places = "towel.yaml towel.lock .github deploy docs/platform compose.yaml";
    let script = "read -ra places <<< \"$PLACES\"\n\
                  if git diff --quiet HEAD^1 HEAD -- \"${places[@]}\"; then changed=false; else changed=true; fi\n\
                  echo \"changed=$changed\" >> \"$GITHUB_OUTPUT\"\n";
    let look = super::step::run_with("Look what changed", Map::new().with("PLACES", places), script);
    let changes = Job {
        name: "platform changes".into(),
        minutes: 5,
        permissions: read_only(),
        outputs: Map::new().with("changed", expression("steps.look.outputs.changed")),
        steps: vec![super::step::checkout_with_parent(), look.with("id", "look").ordered(&["name", "id"])],
        ..Job::default()
    };
    let check = super::pipeline::where_changed(Job {
        name: PLATFORM_PASSED.into(),
        minutes: 25,
        permissions: read_only(),
        steps: vec![
            checkout(),
            install(),
            run("Check the platform file", "towel check"),
            run("Compare what is rendered with what is here", "towel render --check"),
        ],
        ..Job::default()
    });
    Map::new()
        .with("name", "platform")
        .blank()
        .with_bare(
            "on",
            Map::new()
                .comment("Without `paths`: branch rules wait for it, and would wait forever for what never starts.")
                .with("pull_request", Map::new().with("branches", Yaml::row(["main", "develop", "release/**"]))),
        )
        .blank()
        .with("permissions", read_only())
        .blank()
        .with("concurrency", super::pipeline::concurrency("platform"))
        .blank()
        .with("env", env())
        .blank()
        .with("jobs", Map::new().with("changes", changes.map()).blank().with("check", check.map()))
        .into()
}

/// A job that is skipped counts as passed.
pub(super) const PLATFORM_PASSED: &str = "platform passed";
