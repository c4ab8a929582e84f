//! Faults of images: moving tags, health checks with tools that are not there, pipes that hide a failure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::artefacts::Artefacts;
use super::dockerfile::{Stage, lineage, stages};
use super::fault::{Detector, Fault};
use super::loss::built_from;
use super::tree::Tree;

pub(super) const DETECTORS: &[Detector] = &[
    Detector {
        name: "health checked with a tool that is not there",
        numbers: &[37],
        find: missing_tool,
        bad: &[
            "=== a/Dockerfile\nFROM node:22 AS build\nRUN apt-get install -y curl\nFROM node:22-slim\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n",
            "=== a/Dockerfile\nFROM gcr.io/distroless/static-debian12:nonroot\nHEALTHCHECK CMD [\"/bin/sh\", \"-c\", \"true\"]\n",
            "=== compose.yaml\nservices: { a: { build: ./a, healthcheck: { test: [CMD, wget, -q, 'http://127.0.0.1/'] } } }\n=== a/Dockerfile\nFROM python:3.13-slim\n",
            "=== compose.yaml\nservices: { db: { image: 'redis:7.4', healthcheck: { test: [CMD-SHELL, 'pg_isready -U app'] } } }",
        ],
        good: &[
            "=== a/Dockerfile\nFROM node:22-alpine\nHEALTHCHECK --interval=5s CMD [\"wget\", \"-q\", \"http://127.0.0.1/\"]\n",
            "=== a/Dockerfile\nFROM rust:1 AS build\nFROM debian:12-slim\nRUN apt-get update && apt-get install -y curl && rm -rf x\nHEALTHCHECK CMD curl -f http://127.0.0.1/ || exit 1\n",
            "=== a/Dockerfile\nFROM rust:1 AS build\nFROM scratch\nCOPY --from=build /out/probe /probe\nHEALTHCHECK CMD [\"/probe\"]\n",
        ],
    },
    Detector {
        name: "image whose tag moves",
        numbers: &[52],
        find: moving_tag,
        bad: &[
            "=== a/Dockerfile\nFROM node\nCMD [\"a\"]\n",
            "=== compose.yaml\nservices: { a: { image: 'redis:latest' } }",
            "=== k8s/a.yaml\n{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: a, image: 'ghcr.io/example/a' }] } }",
            "=== .github/workflows/ci.yaml\n{ on: push, jobs: { a: { services: { db: { image: postgres } } } } }",
        ],
        good: &[
            "=== compose.yaml\nservices: { a: { image: 'localhost:5000/redis:7.4' }, b: { build: ./b, image: 'b:dev' } }",
        ],
    },
    Detector {
        name: "pipe that hides a failure",
        numbers: &[53],
        find: hidden_failure,
        bad: &["=== a/Dockerfile\nFROM debian:12\nRUN curl https://a.example | tar x\n"],
        good: &[
            "=== a/Dockerfile\nFROM debian:12\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN curl https://a.example | tar x || true\n",
        ],
    },
];

/// An image's name in its parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Image {
    pub(super) name: String,
    pub(super) tag: Option<String>,
    pub(super) digest: bool,
}

impl Image {
    pub(super) fn read(text: &str) -> Self {
        let (text, digest) = text.split_once('@').map_or((text, false), |(text, _)| (text, true));
        let last = text.rfind('/').map_or(0, |place| place + 1);
        let split = text[last..].find(':').map(|place| last + place);
        // A variable may have a colon of its own.
        let split = split.filter(|split| !text[..*split].contains("${"));
        let (name, tag) = split.map_or((text, None), |split| (&text[..split], Some(text[split + 1..].to_owned())));
        Self { name: name.to_owned(), tag, digest }
    }

    /// The last part of its name.
    pub(super) fn base(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The number with which its tag begins.
    pub(super) fn major(&self) -> Option<u32> {
        self.version().first().copied()
    }

    /// The numbers with which its tag begins.
    pub(super) fn version(&self) -> Vec<u32> {
        let tag = self.tag.as_deref().unwrap_or_default();
        let end = tag.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(tag.len());
        tag[..end].split('.').map_while(|part| part.parse().ok()).collect()
    }

    /// Whether what it names may become something else.
    fn moves(&self) -> bool {
        let branches = ["latest", "main", "master", "develop", "edge", "stable", "nightly", "lts"];
        !self.digest && self.tag.as_deref().is_none_or(|tag| tag.is_empty() || branches.contains(&tag))
    }
}

fn moving_tag(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut check = |path: &str, image: &str| {
        if Image::read(image).moves() {
            faults.push(Fault::new(path, format!("`{image}` may become another image")));
        }
    };
    for (path, text) in artefacts.dockerfiles() {
        let stages = stages(text);
        let named: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
        let bases = stages.iter().map(|stage| stage.base.as_str());
        bases
            .filter(|base| *base != "scratch" && !base.contains('$') && !named.contains(base))
            .for_each(|base| check(path, base));
    }
    for (path, document) in artefacts.composes() {
        let built = |container: &Value| container.at("build").is_given();
        let images = document
            .at("services")
            .entries()
            .filter(|(_, it)| !built(it))
            .filter_map(|(_, it)| it.at("image").as_str());
        images.for_each(|image| check(path, image));
    }
    for pod in artefacts.clusters.iter().flat_map(|cluster| cluster.pods()) {
        let images = pod.every_container().filter_map(|it| it.at("image").as_str());
        images.for_each(|image| check(&pod.of.path, image));
    }
    for (path, workflow) in artefacts.workflows() {
        for (_, job) in workflow.at("jobs").entries() {
            let services = job.at("services").entries().filter_map(|(_, it)| it.at("image").as_str());
            let own = job.at("container").as_str().or_else(|| job.at("container.image").as_str());
            services.chain(own).filter(|image| !image.starts_with("${{")).for_each(|image| check(path, image));
        }
    }
    faults
}

fn hidden_failure(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in artefacts.dockerfiles() {
        for stage in stages(text) {
            let mut safe = false;
            for (keyword, rest) in &stage.instructions {
                safe |= keyword == "SHELL" && rest.contains("pipefail");
                let pipes = keyword == "RUN" && rest.replace("||", "").contains('|') && !rest.contains("pipefail");
                faults.extend(
                    (pipes && !safe)
                        .then(|| Fault::new(path, format!("RUN {rest}: only the last command's failure counts"))),
                );
            }
        }
    }
    faults
}

/// Tools of an image that a health check may be made with, as far as its name tells. None when nothing is known of it.
fn tools(image: &Image) -> Option<Vec<&'static str>> {
    let tag = image.tag.as_deref().unwrap_or_default();
    if image.name == "scratch" || image.name.contains("distroless") {
        let own =
            ["node", "python3", "java"].into_iter().filter(|tool| image.base().contains(tool.trim_end_matches('3')));
        let shell = if tag.contains("debug") { vec!["sh", "wget", "nc"] } else { Vec::new() };
        return Some(own.map(|tool| if tool == "node" { "/nodejs/bin/node" } else { tool }).chain(shell).collect());
    }
    let mut tools = vec!["sh", "test", "cat", "true", "grep", "kill", "pidof", "exit", "["];
    let slim = tag.contains("slim");
    let alpine = tag.contains("alpine") || image.base() == "alpine";
    let of_system: &[&str] = match (alpine, slim) {
        (true, _) => &["wget", "nc"],
        (false, true) => &["bash"],
        // The big images of Debian are built with its tools for building.
        (false, false) if ["node", "python", "golang", "rust", "ruby"].contains(&image.base()) => {
            &["bash", "curl", "wget"]
        }
        (false, false) => &["bash"],
    };
    tools.extend(of_system);
    let own: &[&str] = match image.base() {
        "node" => &["node"],
        "python" => &["python", "python3"],
        "php" | "composer" => &["php"],
        "nginx" | "nginx-unprivileged" => &["nginx", "curl"],
        "golang" => &["go"],
        "rust" => &["cargo"],
        "debian" | "ubuntu" | "alpine" | "busybox" => &[],
        "postgres" => &["pg_isready", "psql"],
        "mysql" => &["mysql", "mysqladmin"],
        "mariadb" => &["mariadb", "mariadb-admin", "healthcheck.sh"],
        "mongo" if image.major().is_some_and(|major| major < 6) => &["mongo", "mongosh"],
        "mongo" => &["mongosh"],
        "redis" => &["redis-cli"],
        "rabbitmq" => &["rabbitmq-diagnostics", "rabbitmqctl"],
        "minio" => &["mc", "curl"],
        _ => return None,
    };
    tools.extend(own);
    Some(tools)
}

/// What a stage adds: packages by their names, and files.
fn added(stage: &Stage) -> BTreeSet<String> {
    let mut added = BTreeSet::new();
    for (keyword, rest) in &stage.instructions {
        let words = rest
            .split(|letter: char| letter.is_whitespace() || ";&|\"',[]".contains(letter))
            .filter(|it| !it.is_empty());
        match keyword.as_str() {
            "RUN" if rest.contains("install") || rest.contains("apk add") => {
                added.extend(words.map(|word| match word.split('=').next().unwrap_or(word) {
                    "fcgi" | "libfcgi-bin" => "cgi-fcgi".to_owned(),
                    other => other.to_owned(),
                }));
            }
            "COPY" | "ADD" => added.extend(
                rest.split_whitespace().next_back().map(|to| to.trim_matches(|it| "\"[]".contains(it)).to_owned()),
            ),
            _ => {}
        }
    }
    added
}

/// Whether a stage copies the folder in which another stage put a program.
fn copies_folder_with(stage: &Stage, stages: &[Stage], program: &str) -> bool {
    let copies = stage.instructions.iter().filter(|(keyword, _)| keyword == "COPY");
    copies.into_iter().any(|(_, rest)| {
        let paths: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
        let [from @ .., to] = paths.as_slice() else { return false };
        let Some(name) = program.strip_prefix(to).filter(|_| to.ends_with('/')) else { return false };
        from.iter().any(|from| {
            let made = format!("{from}{name}");
            from.ends_with('/')
                && stages.iter().flat_map(|stage| &stage.instructions).any(|(_, text)| text.contains(&made))
        })
    })
}

/// The program of a health check: as Docker starts it, and the one that its shell starts.
fn programs(test: &Value) -> Vec<String> {
    let words: Vec<&str> = test.items().iter().map(Tree::text).collect();
    let first_of = |script: &str| {
        let mut words = script.split_whitespace().filter(|word| !word.starts_with(['<', '>']));
        let words = words.find(|word| !word.contains('=') || word.starts_with('/'));
        words.map(|word| word.trim_matches(|letter: char| "'\"()".contains(letter)).to_owned())
    };
    match words.as_slice() {
        ["CMD-SHELL", script, ..] => std::iter::once("sh".to_owned()).chain(first_of(script)).collect(),
        ["CMD", shell @ ("sh" | "/bin/sh" | "bash"), "-c", script, ..] => {
            std::iter::once((*shell).trim_start_matches("/bin/").to_owned()).chain(first_of(script)).collect()
        }
        ["CMD", program, ..] => vec![(*program).to_owned()],
        _ => Vec::new(),
    }
}

/// The health check of a Dockerfile, as Compose would write it.
fn own_check(stages: &[Stage]) -> Option<Value> {
    let last = stages.last()?;
    let check = lineage(stages, last)
        .into_iter()
        .flat_map(|stage| stage.instructions.iter().rev())
        .find(|(keyword, _)| keyword == "HEALTHCHECK");
    let command = check?.1.split_once("CMD")?.1.trim();
    let words: Option<Vec<String>> = serde_json::from_str(command).ok();
    Some(match words {
        Some(words) => std::iter::once("CMD".to_owned()).chain(words).collect(),
        None => serde_json::json!(["CMD-SHELL", command]),
    })
}

fn missing_tool(artefacts: &Artefacts) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in artefacts.dockerfiles() {
        let stages = stages(text);
        let test = own_check(&stages).unwrap_or_default();
        faults.extend(
            lacking(&stages, &test).into_iter().map(|it| Fault::new(path, format!("no `{it}` in the final image"))),
        );
    }
    for (path, document) in artefacts.composes() {
        for (name, container) in document.at("services").entries() {
            let built = built_from(artefacts, path, container).map(|(_, stages)| stages);
            let image = || Stage { base: container.at("image").text().to_owned(), ..Stage::default() };
            let stages = built.unwrap_or_else(|| vec![image()]);
            let lacking = lacking(&stages, container.at("healthcheck.test"));
            faults.extend(
                lacking.into_iter().map(|it| Fault::new(path, format!("{name}: no `{it}` in the final image"))),
            );
        }
    }
    faults
}

/// Programs that a check starts and the last stage lacks.
fn lacking(stages: &[Stage], test: &Value) -> Vec<String> {
    let Some(last) = stages.last() else { return Vec::new() };
    let lineage = lineage(stages, last);
    let base = lineage.last().map_or("", |stage| &stage.base);
    let Some(tools) = tools(&Image::read(base)) else { return Vec::new() };
    let added: BTreeSet<String> = lineage.iter().flat_map(|stage| added(stage)).collect();
    let is_there = |program: &String| {
        let name = program.rsplit('/').next().unwrap_or(program);
        let copied = added.iter().any(|it| it == program || it.trim_end_matches('/').rsplit('/').next() == Some(name));
        let built = lineage.iter().any(|stage| copies_folder_with(stage, stages, program));
        built || tools.contains(&program.as_str()) || tools.contains(&name) && !base.contains("distroless") || copied
    };
    programs(test).into_iter().filter(|program| !is_there(program)).collect()
}
