//! Steps and jobs, the pieces of a workflow.

use std::borrow::Cow;

use super::action::{Action, CHECKOUT};
use crate::yaml::{Map, Yaml};

/// Where jobs run unless they need a Mac. A moving label would change under a pipeline that nobody touched.
pub(super) const UBUNTU: &str = "ubuntu-24.04";
pub(super) const MACOS: &str = "macos-15";

/// A step that uses an action.
pub(super) fn uses(name: impl Into<Cow<'static, str>>, action: Action, with: Map) -> Map {
    action.add_to(Map::new().with("name", name.into())).unless_empty("with", with)
}

/// A step that runs a script.
pub(super) fn run(name: impl Into<Cow<'static, str>>, script: impl Into<Cow<'static, str>>) -> Map {
    Map::new().with("name", name.into()).with("run", script.into())
}

/// A step that runs a script with values that do not stand in it: what comes from outside never becomes code.
pub(super) fn run_with(name: impl Into<Cow<'static, str>>, env: Map, script: impl Into<Cow<'static, str>>) -> Map {
    Map::new().with("name", name.into()).with("env", env).with("run", script.into())
}

/// The sources, without leaving the token behind for whatever runs next.
pub(super) fn checkout() -> Map {
    uses("Check out", CHECKOUT, Map::new().with("persist-credentials", false))
}

/// The same with the commit before, for comparisons.
pub(super) fn checkout_with_parent() -> Map {
    let with = Map::new().with("persist-credentials", false).with("fetch-depth", 2u16);
    uses("Check out", CHECKOUT, with)
}

/// Reads the sources and nothing else.
pub(super) fn read_only() -> Map {
    Map::new().with("contents", "read")
}

/// Reads the sources, and may do one more thing; what for.
pub(super) fn allowed(what: &'static str, level: &'static str, why: &'static str) -> Map {
    read_only().with(what, level).beside(why)
}

/// Keys that decide where steps run; none for the root of the repository.
pub(super) fn defaults(folder: &str) -> Map {
    if folder.is_empty() {
        return Map::new();
    }
    Map::new().with("run", Map::new().with("working-directory", folder.to_owned()))
}

/// An expression.
pub(super) fn expression(text: &str) -> String {
    format!("${{{{ {text} }}}}")
}

/// Whether a branch is a release's. Nothing that an earlier run left behind gets into one.
pub(super) fn on_release() -> String {
    expression("startsWith(github.ref, 'refs/heads/release/')")
}

/// The opposite, for actions that ask whether to keep something.
pub(super) fn unless_release() -> String {
    expression("!startsWith(github.ref, 'refs/heads/release/')")
}

/// A job.
#[derive(Debug, Default)]
pub(super) struct Job {
    pub(super) name: String,
    pub(super) needs: Vec<String>,
    pub(super) condition: Option<String>,
    pub(super) on: Option<Yaml>,
    pub(super) minutes: u32,
    pub(super) permissions: Map,
    pub(super) environment: Option<Map>,
    pub(super) outputs: Map,
    pub(super) strategy: Map,
    pub(super) services: Map,
    pub(super) env: Map,
    pub(super) folder: String,
    pub(super) steps: Vec<Map>,
}

impl Job {
    pub(super) fn map(self) -> Map {
        let needs = match self.needs.as_slice() {
            [one] => Some(Yaml::from(one)),
            [] => None,
            several => Some(Yaml::row(several.iter().map(String::as_str).map(str::to_owned))),
        };
        Map::new()
            .with("name", self.name)
            .maybe("needs", needs)
            .maybe("if", self.condition)
            .with("runs-on", self.on.unwrap_or(Yaml::text(UBUNTU)))
            .with("timeout-minutes", self.minutes)
            .with("permissions", self.permissions)
            .maybe("environment", self.environment)
            .unless_empty("outputs", self.outputs)
            .unless_empty("strategy", self.strategy)
            .unless_empty("services", self.services)
            .unless_empty("env", self.env)
            .unless_empty("defaults", defaults(&self.folder))
            .with("steps", self.steps)
    }
}
