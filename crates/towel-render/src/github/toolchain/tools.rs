//! What a pipeline does with a component, whatever it is built with.

use super::{flutter, go, node, php, python, rust};
use crate::docker::Kind;
use crate::github::component::Component;
use crate::github::step::{expression, run_with};
use crate::yaml::{Map, Yaml};

/// What a pipeline does with a component.
pub(in crate::github) struct Toolchain {
    /// Steps that bring the language and install packages.
    pub(in crate::github) setup: Vec<Map>,
    /// Lint, format and types.
    pub(in crate::github) checks: Variants,
    /// Unit tests, from the setup on: coverage may need another one.
    pub(in crate::github) unit: Vec<Map>,
    /// Where their coverage is.
    pub(in crate::github) coverage: &'static str,
    /// Integration and end to end; none where they need a device.
    pub(in crate::github) suites: Option<Variants>,
    /// Looks for known faults of packages.
    pub(in crate::github) audit: Vec<Map>,
    /// What Dependabot calls it.
    pub(in crate::github) ecosystem: &'static str,
    /// The language and how it is built, where CodeQL knows it.
    pub(in crate::github) codeql: Option<(&'static str, &'static str)>,
}

/// Several jobs that differ in one value.
pub(in crate::github) struct Variants {
    /// What the value is called.
    key: &'static str,
    /// The name of each job, and its value.
    list: Vec<(&'static str, &'static str)>,
    script: String,
    before: Vec<Map>,
}

impl Variants {
    /// Scripts of a manifest such as package.json, by name.
    pub(super) fn scripts(list: &[(&'static str, &'static str)], script: impl Into<String>) -> Self {
        Self { key: "script", list: list.to_vec(), script: script.into(), before: Vec::new() }
    }

    /// Commands.
    pub(super) fn commands(list: &[(&'static str, &'static str)]) -> Self {
        Self {
            key: "command",
            list: list.to_vec(),
            script: "bash -euo pipefail -c \"$COMMAND\"".into(),
            before: Vec::new(),
        }
    }

    /// Steps between the setup and the value's own.
    #[must_use]
    pub(super) fn after(mut self, steps: Vec<Map>) -> Self {
        self.before = steps;
        self
    }

    /// The job's strategy: one failure does not hide another.
    pub(in crate::github) fn strategy(&self) -> Map {
        let include = self.list.iter().map(|(name, value)| Map::new().with("check", *name).with(self.key, *value));
        let include: Vec<Yaml> = include.map(Map::inline).collect();
        Map::new().with("fail-fast", false).with("matrix", Map::new().with("include", include))
    }

    pub(in crate::github) fn steps(&self) -> Vec<Map> {
        let env = Map::new().with(self.key.to_ascii_uppercase(), expression(&format!("matrix.{}", self.key)));
        let mut steps = self.before.clone();
        steps.push(run_with("Check", env, self.script.clone()));
        steps
    }
}

pub(in crate::github) fn of(component: &Component<'_>) -> Toolchain {
    match component.kind {
        Kind::Nestjs | Kind::Node | Kind::Nextjs | Kind::Static => node::toolchain(component),
        Kind::Php => php::toolchain(component),
        Kind::Python => python::toolchain(component),
        Kind::Go => go::toolchain(component),
        Kind::Rust => rust::toolchain(component),
        Kind::Flutter => flutter::toolchain(component),
    }
}
