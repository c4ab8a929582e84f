//! What every Dockerfile has in common: how it begins, and what its final stage ends with.

use super::Build;
use super::check::{exec, instruction};
use crate::file::origin;
use crate::names::repository_url;

/// The first lines. `base` is the image that the final stage is built upon.
pub(super) fn beginning(build: &Build<'_>, base: &str) -> String {
    let origin = origin("#", &build.origin());
    format!(
        "{origin}# Images are pinned to minor versions: a rebuild brings their fixes. To hold one build exactly, name its digest:\n\
         #   docker buildx imagetools inspect {base}\n\
         #   FROM {base}@sha256:…\n\n"
    )
}

/// The last lines of the final stage.
pub(super) struct Ending<'a> {
    pub(super) build: &'a Build<'a>,
    pub(super) signal: &'static str,
    /// What stands before every command, also before that of a hook.
    pub(super) entrypoint: Entrypoint,
    pub(super) command: Vec<String>,
}

/// What stands before every command.
pub(super) enum Entrypoint {
    /// An init as PID 1: the kernel withholds SIGTERM from a PID 1 without a handler of its own, and orphans need a parent.
    Init,
    /// Nothing, although the base image has something.
    Nothing,
    /// Nothing, like in the base image.
    Inherited,
}

/// Numeric, so that a cluster can see that it is not root; the same that the rendered pods have.
const USER: &str = "10001:10001";

impl Ending<'_> {
    pub(super) fn text(&self) -> String {
        let mut text = format!("USER {USER}\n");
        if let Some(port) = self.build.port() {
            text.push_str(&format!("EXPOSE {port}\n"));
        }
        text.push_str(&instruction(self.build).unwrap_or_default());
        text.push_str(&format!("STOPSIGNAL {}\n", self.signal));
        text.push_str(match self.entrypoint {
            Entrypoint::Init => "ENTRYPOINT [\"/usr/bin/tini\", \"--\"]\n",
            Entrypoint::Nothing => "ENTRYPOINT []\n",
            Entrypoint::Inherited => "",
        });
        text.push_str(&format!("CMD {}\n", exec(&self.command)));
        text.push_str(&labels(self.build));
        text
    }
}

/// They stand last, so that another version does not build anew what stands above.
fn labels(build: &Build<'_>) -> String {
    let title = format!("{}-{}", build.stack.name.as_str(), build.service.name.as_str());
    let description = build.service.description.as_ref().map(ToString::to_string);
    let source = repository_url(build.stack);
    let vendor = build.service.owner.as_ref().or(build.stack.owner.as_ref()).map(ToString::to_string);
    let known = [("title", Some(title)), ("description", description), ("source", source), ("vendor", vendor)];
    let mut lines: Vec<String> = known
        .into_iter()
        .filter_map(|(name, value)| Some(format!("org.opencontainers.image.{name}=\"{}\"", escape(&value?))))
        .collect();
    lines.push("org.opencontainers.image.revision=\"${REVISION}\"".to_owned());
    lines.push("org.opencontainers.image.version=\"${VERSION}\"".to_owned());
    format!("\nARG REVISION=unknown\nARG VERSION=unknown\nLABEL {}\n", lines.join(" \\\n      "))
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '"' | '\\' | '$' => escaped.extend(['\\', character]),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// Installs Debian packages. Patterns stand for versions: within a release of Debian only fixes change them.
pub(super) fn packages(patterns: &[&str]) -> String {
    format!(
        "RUN apt-get update && \\\n    apt-get install --yes --no-install-recommends {} && \\\n    \
         rm -rf /var/lib/apt/lists/*\n",
        patterns.join(" ")
    )
}
