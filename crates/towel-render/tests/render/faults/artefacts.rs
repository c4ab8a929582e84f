//! Files by path, read as what they are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cluster::{Cluster, clusters};
use super::declared::Declared;
use super::fault::Fault;
use super::monitoring::{Monitoring, watches};

/// Files by path, and what was read of them.
pub(crate) struct Artefacts {
    files: BTreeMap<String, String>,
    documents: Vec<(String, Value)>,
    composes: Vec<(String, Value)>,
    /// What cannot be read.
    pub(super) unreadable: Vec<Fault>,
    /// What watches each environment.
    pub(super) monitoring: Vec<Monitoring>,
    /// The objects of each environment that a cluster runs.
    pub(super) clusters: Vec<Cluster>,
    /// What `towel.yaml` says, where it is among the files.
    pub(super) declared: Declared,
}

impl Artefacts {
    pub(crate) fn new(files: BTreeMap<String, String>) -> Self {
        let (mut documents, mut unreadable) = (Vec::new(), Vec::new());
        for (path, text) in &files {
            match read(path, text) {
                Ok(found) => documents.extend(found.into_iter().map(|document| (path.clone(), document))),
                Err(error) => unreadable.push(Fault::new(path, error)),
            }
        }
        let (monitoring, broken) = watches(&documents);
        unreadable.extend(broken);
        let (clusters, broken) = clusters(&documents);
        unreadable.extend(broken);
        let declared = documents.iter().find(|(path, _)| path == "towel.yaml");
        let declared = Declared::new(declared.map_or(Value::Null, |(_, document)| document.clone()));
        let composes = composes(&documents);
        Self { files, documents, composes, unreadable, monitoring, clusters, declared }
    }

    /// Files that stand in one text, a line `=== path` before each.
    pub(crate) fn of(text: &str) -> Self {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut current = String::new();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("=== ") {
                path.clone_into(&mut current);
                files.entry(current.clone()).or_default();
            } else if let Some(file) = files.get_mut(&current) {
                file.push_str(line);
                file.push('\n');
            }
        }
        Self::new(files)
    }

    /// Every file.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Every document of YAML and JSON.
    pub(super) fn documents(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.documents.iter().map(|(path, document)| (path.as_str(), document))
    }

    /// Workflows of GitHub.
    pub(super) fn workflows(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.documents().filter(|(path, _)| path.contains(".github/workflows/"))
    }

    /// Files that Docker builds images from.
    pub(super) fn dockerfiles(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name == "Dockerfile" || (name.starts_with("Dockerfile.") && !name.ends_with(".dockerignore"))
        })
    }

    /// Documents of Docker Compose; those that are started beside another together with that.
    pub(super) fn composes(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.composes.iter().map(|(path, document)| (path.as_str(), document))
    }
}

fn composes(documents: &[(String, Value)]) -> Vec<(String, Value)> {
    let is_compose =
        |(path, document): &&(String, Value)| path.contains("compose") && document.get("services").is_some();
    let all: Vec<&(String, Value)> = documents.iter().filter(is_compose).collect();
    let named = |wanted: &str| all.iter().find(|(path, _)| path == wanted).map(|(_, document)| document);
    let whole = |(path, document): &(String, Value)| {
        // What watches an environment is started beside what runs it.
        let folder = path.strip_suffix("/compose.yaml").filter(|folder| folder.contains("monitoring"))?;
        let own = folder.rsplit('/').next().and_then(|name| named(&format!("deploy/compose/{name}.yaml")));
        let mut whole = own.or_else(|| named("compose.yaml")).cloned()?;
        lay_over(&mut whole, document);
        Some((path.clone(), whole))
    };
    all.iter().map(|it| whole(it).unwrap_or_else(|| (*it).clone())).collect()
}

/// Entries of mappings are added or replaced, items of lists added.
fn lay_over(into: &mut Value, more: &Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                lay_over(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Array(more)) => into.extend(more.iter().cloned()),
        (into, more) => more.clone_into(into),
    }
}

fn read(path: &str, text: &str) -> Result<Vec<Value>, String> {
    // Templates of Helm are YAML only when they are filled in; unit tests of rules are for promtool alone.
    if path.contains("/templates/") || path.contains("/prometheus/tests/") {
        return Ok(Vec::new());
    }
    if path.ends_with(".yaml") || path.ends_with(".yml") {
        return serde_saphyr::from_multiple(text).map_err(|error| format!("is no YAML: {error}"));
    }
    if path.ends_with(".json") {
        return serde_json::from_str(text)
            .map(|document| vec![document])
            .map_err(|error| format!("is no JSON: {error}"));
    }
    Ok(Vec::new())
}
