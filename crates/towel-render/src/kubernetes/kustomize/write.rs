//! Writes a base and its overlays as folders.

use super::kustomization::Kustomization;
use super::layer::{Documents, Layer, origin, stem};
use crate::file::Files;
use crate::names;
use crate::yaml::{Map, Yaml};

const FOLDER: &str = "deploy/kubernetes";

impl Kustomization<'_> {
    /// Writes all files.
    pub(crate) fn write(&self, files: &mut Files) {
        let has_base = !self.base.resources.is_empty() || !self.base.generators.is_empty();
        if has_base {
            let folder = format!("{FOLDER}/base");
            documents(&self.base.resources, &folder, "", files);
            let body = body(&self.base, Map::new(), resources(&self.base, None), "");
            files.yaml(format!("{folder}/kustomization.yaml"), "", &Yaml::Map(body));
        }
        for (stack, overlay) in &self.overlays {
            let environment = stack.environment.name.as_str();
            let folder = format!("{FOLDER}/overlays/{environment}");
            documents(&overlay.resources, &folder, environment, files);
            documents(&overlay.patches, &format!("{folder}/patches"), environment, files);
            let head = Map::new().with("namespace", names::namespace(stack));
            let resources = resources(overlay, has_base.then(|| "../../base".to_owned()));
            let body = body(overlay, head, resources, "patches/");
            let from = format!("environments.{environment}");
            files.yaml(format!("{folder}/kustomization.yaml"), &from, &Yaml::Map(body));
        }
    }
}

fn documents(documents: &Documents<'_>, folder: &str, environment: &str, files: &mut Files) {
    for (part, trees) in documents.parts() {
        let from = match origin(*part) {
            from if from.is_empty() && !environment.is_empty() => format!("environments.{environment}"),
            from => from,
        };
        files.documents(format!("{folder}/{}.yaml", stem(*part)), &from, trees);
    }
}

fn resources(layer: &Layer<'_>, first: Option<String>) -> Vec<String> {
    first.into_iter().chain(paths(&layer.resources, "")).collect()
}

fn paths(documents: &Documents<'_>, folder: &str) -> Vec<String> {
    documents.parts().iter().map(|(part, _)| format!("{folder}{}.yaml", stem(*part))).collect()
}

fn body(layer: &Layer<'_>, head: Map, resources: Vec<String>, folder: &str) -> Map {
    let patches = paths(&layer.patches, folder).into_iter().map(|path| Map::new().with("path", path));
    let start = Map::new().with("apiVersion", "kustomize.config.k8s.io/v1beta1").with("kind", "Kustomization");
    let body = start.followed_by(head).blank().unless_empty("resources", resources);
    let body = commented(
        body,
        "configMapGenerator",
        &layer.generators,
        "The hash that is appended to each name makes pods roll when a variable changes.",
    );
    let body = commented(
        body,
        "images",
        &layer.images,
        "`towel deploy` puts a version here. No registry has `unreleased`: without a version nothing starts, and what runs\n\
         goes on running.",
    );
    let body = body.blank().unless_empty("replicas", layer.replicas.clone());
    body.blank().unless_empty("patches", patches.collect::<Vec<Map>>())
}

fn commented(body: Map, key: &'static str, entries: &[Map], why: &'static str) -> Map {
    if entries.is_empty() { body } else { body.blank().comment(why).with(key, entries.to_vec()) }
}
