//! One part of the product: its objects in all environments as one template, and the values of that.

use towel_check::CheckedStack;

use super::align::{Aligned, Thing};
use super::draft::Draft;
use super::front::Hosts;
use super::hole::{Form, Holes};
use super::merge::Merge;
use super::naming::{expression, section};
use super::value::{Leaf, Section};
use super::{front, workload};
use crate::kubernetes::object::Part;
use crate::names;
use crate::yaml::{Map, Yaml};

/// What all parts ask for.
pub(super) struct Context<'c> {
    pub(super) stacks: &'c [&'c CheckedStack],
    pub(super) product: &'c str,
    pub(super) hosts: Hosts,
}

/// A part that is ready to be written.
pub(super) struct Built<'a> {
    pub(super) part: Part<'a>,
    pub(super) draft: Draft,
    /// The condition under which it is there at all.
    pub(super) condition: Option<String>,
    /// Each object, with the condition under which it is there.
    pub(super) objects: Vec<(Option<String>, Map)>,
}

/// Where the values of a part are kept.
pub(super) fn place(part: Part<'_>) -> Vec<String> {
    match part {
        Part::Product(name) => vec![name.to_owned()],
        Part::Service(name) => vec!["services".to_owned(), name.to_owned()],
        Part::Datastore(name) => vec!["datastores".to_owned(), name.to_owned()],
    }
}

/// Merges the objects of a part.
pub(super) fn build<'a>(aligned: Aligned<'a>, context: &Context<'_>) -> Built<'a> {
    let Aligned { part, present, mut things } = aligned;
    let mut draft = begin(part, context);
    let condition = condition(part, &present, &mut draft);
    for thing in &mut things {
        workload::mark_place(thing, context, &mut draft);
        keep(thing);
    }
    match part {
        Part::Service(service) => {
            workload::mark_service(service, &mut things, context, &mut draft);
            front::mark_own(&mut things, &mut draft);
        }
        Part::Datastore(datastore) => workload::mark_datastore(datastore, &mut things, context, &mut draft),
        Part::Product(_) => front::mark_all(&mut things, &context.hosts, &mut draft),
    }
    let objects = things.iter().map(|thing| object(thing, &present, &mut draft)).collect();
    Built { part, draft, condition, objects }
}

fn begin(part: Part<'_>, context: &Context<'_>) -> Draft {
    let (variable, name) = match part {
        Part::Product(name) => (expression(".Values", &place(Part::Product(name))), context.product),
        Part::Service(name) => ("$service".to_owned(), name),
        Part::Datastore(name) => ("$datastore".to_owned(), name),
    };
    let (holes, values) = (Holes::default(), Section::default());
    Draft { variable, name: name.to_owned(), holes, values, conditions: Vec::new() }
}

fn condition(part: Part<'_>, present: &[bool], draft: &mut Draft) -> Option<String> {
    let (key, flags, about): (&str, Vec<bool>, _) = match part {
        Part::Product("namespace") => (
            "create",
            vec![false; present.len()],
            "Whether the chart makes its namespace; Helm needs one before it can install anything",
        ),
        Part::Product("access") => (
            "create",
            vec![true; present.len()],
            "Whether the chart makes the account of pipelines; only an administrator can",
        ),
        _ if present.iter().all(|it| *it) => return None,
        _ => ("enabled", present.to_vec(), "Whether it is there at all"),
    };
    Some(draft.put(&[key.to_owned()], Leaf::flag(flags.into_iter().map(Some), about)))
}

/// What is on a volume, and what pods of an earlier release start with, outlives a release.
fn keep(thing: &mut Thing) {
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

fn object(thing: &Thing, present: &[bool], draft: &mut Draft) -> (Option<String>, Map) {
    let section = section(thing.kind, &thing.name, &draft.name);
    let is_there = |tree: &Option<Map>| tree.is_some();
    let condition = if thing.trees.iter().zip(present).all(|(tree, present)| is_there(tree) == *present) {
        None
    } else if let Some((.., condition)) =
        draft.conditions.iter().find(|(kind, at, _)| *kind == thing.kind && at.is_empty())
    {
        Some(condition.clone())
    } else {
        let flags = thing.trees.iter().zip(present).map(|(tree, present)| present.then(|| is_there(tree)));
        let path: Vec<String> = section.iter().cloned().chain(["enabled".to_owned()]).collect();
        let about = format!("Whether there is the {} `{}`", thing.kind, thing.name);
        Some(draft.put(&path, Leaf::flag(flags, about)))
    };
    let mut merge = Merge { draft, kind: thing.kind, name: &thing.name, section, path: Vec::new() };
    (condition, merge.object(&thing.trees))
}

/// Puts the namespace of the release into an object.
pub(super) fn place_in_namespace(tree: &mut Map, holes: &mut Holes) {
    let mark = holes.mark(Form::Text, ".Release.Namespace", "namespace");
    if let Some(Yaml::Map(metadata)) = tree.get_mut("metadata") {
        let placed = std::mem::take(metadata).with("namespace", mark);
        *metadata = placed.ordered(&["name", "namespace"]);
    }
}

/// The namespace of each environment.
pub(super) fn namespace(context: &Context<'_>, environment: usize) -> String {
    context.stacks.get(environment).map(|stack| names::namespace(stack)).unwrap_or_default()
}
