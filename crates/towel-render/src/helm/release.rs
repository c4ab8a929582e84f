//! What every object of a release is told: its namespace, and whether it outlives the release.

use super::align::Thing;
use super::draft::{Draft, find};
use super::hole::{Form, Holes};
use super::part::Context;
use crate::names;
use crate::yaml::{Map, Yaml};

/// Puts the namespace of the release where that of an environment is.
pub(super) fn mark(thing: &mut Thing, context: &Context<'_>, draft: &mut Draft) {
    for (environment, tree) in thing.trees.iter_mut().enumerate() {
        let Some(tree) = tree else { continue };
        if thing.kind != "Namespace" {
            place_in_namespace(tree, &mut draft.holes);
        }
        let own = namespace(context, environment);
        for pointer in [&["metadata", "name"][..], &["subjects", "0", "namespace"]] {
            let is_own = |text: &Yaml| matches!(text, Yaml::Text(text) if *text == own);
            let of_namespace = thing.kind == "Namespace" || pointer.len() > 2;
            if let Some(found) = find(tree, pointer).filter(|found| of_namespace && is_own(found)) {
                let mark = draft.holes.mark(Form::Text, ".Release.Namespace", "namespace");
                *found = Yaml::from(mark);
            }
        }
    }
}

/// Puts the namespace of the release into an object.
fn place_in_namespace(tree: &mut Map, holes: &mut Holes) {
    let mark = holes.mark(Form::Text, ".Release.Namespace", "namespace");
    if let Some(Yaml::Map(metadata)) = tree.get_mut("metadata") {
        let placed = std::mem::take(metadata).with("namespace", mark);
        *metadata = placed.ordered(&["name", "namespace"]);
    }
}

/// The namespace of each environment.
fn namespace(context: &Context<'_>, environment: usize) -> String {
    context.stacks.get(environment).map(|stack| names::namespace(stack)).unwrap_or_default()
}

/// What is on a volume, and what pods of an earlier release start with, outlives a release.
pub(super) fn keep(thing: &mut Thing) {
    if !matches!(thing.kind, "ConfigMap" | "Namespace" | "PersistentVolumeClaim") {
        return;
    }
    for tree in thing.trees.iter_mut().flatten() {
        let Some(Yaml::Map(metadata)) = tree.get_mut("metadata") else { continue };
        let policy = |annotations: Map| annotations.with("helm.sh/resource-policy", "keep");
        match metadata.get_mut("annotations") {
            Some(Yaml::Map(annotations)) => *annotations = policy(std::mem::take(annotations)),
            _ => metadata.insert("annotations", policy(Map::new())),
        }
    }
}
