//! The folder of a base or an overlay, and the files in it.

use super::layer::{Documents, Layer, Settings, origin, stem};
use crate::file::Files;
use crate::yaml::{Map, Yaml};

/// Where a base or an overlay stands.
pub(super) struct Folder {
    path: String,
    /// The environment of an overlay; empty for the base.
    environment: String,
}

impl Folder {
    pub(super) fn base() -> Self {
        Self { path: "deploy/kubernetes/base".to_owned(), environment: String::new() }
    }

    pub(super) fn overlay(environment: &str) -> Self {
        let path = format!("deploy/kubernetes/overlays/{environment}");
        Self { path, environment: environment.to_owned() }
    }

    /// Writes what a group brings, and says what that adds to the settings.
    pub(super) fn write(&self, layer: Layer<'_>, files: &mut Files) -> Settings {
        Settings {
            resources: self.documents(&layer.resources, "", files),
            patches: self.documents(&layer.patches, "patches/", files),
            generators: layer.generators,
            replicas: layer.replicas,
        }
    }

    fn documents(&self, documents: &Documents<'_>, below: &str, files: &mut Files) -> Vec<String> {
        let file = |(part, trees): &(_, Vec<Yaml>)| {
            let path = format!("{below}{}.yaml", stem(*part));
            let from = match origin(*part) {
                from if from.is_empty() => self.origin(),
                from => from,
            };
            files.documents(format!("{}/{path}", self.path), &from, trees);
            path
        };
        documents.0.iter().map(file).collect()
    }

    fn origin(&self) -> String {
        if self.environment.is_empty() { String::new() } else { format!("environments.{}", self.environment) }
    }

    /// Writes the `kustomization.yaml`; `head` goes before everything else.
    pub(super) fn settle(&self, head: Map, settings: Settings, images: Vec<Map>, files: &mut Files) {
        let patches: Vec<Map> = settings.patches.into_iter().map(|path| Map::new().with("path", path)).collect();
        let start = Map::new().with("apiVersion", "kustomize.config.k8s.io/v1beta1").with("kind", "Kustomization");
        let body = start.followed_by(head).blank().unless_empty("resources", settings.resources);
        let body = commented(
            body,
            "configMapGenerator",
            settings.generators,
            "The hash that is appended to each name makes pods roll when a variable changes.",
        );
        let body = commented(
            body,
            "images",
            images,
            "`towel deploy` puts a version here. No registry has `unreleased`: without a version nothing starts, and what runs\n\
             goes on running.",
        );
        let body = body.blank().unless_empty("replicas", settings.replicas);
        let body = body.blank().unless_empty("patches", patches);
        files.yaml(format!("{}/kustomization.yaml", self.path), &self.origin(), &Yaml::Map(body));
    }
}

fn commented(body: Map, key: &'static str, entries: Vec<Map>, why: &'static str) -> Map {
    if entries.is_empty() { body } else { body.blank().comment(why).with(key, entries) }
}
