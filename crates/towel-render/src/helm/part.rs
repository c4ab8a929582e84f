//! One part of the product: its objects in all environments as one template, and the values of that.

use std::rc::Rc;

use towel_check::CheckedStack;

use super::align::{Aligned, Thing};
use super::door::{BY_GATEWAY, Door};
use super::draft::{Draft, Partial};
use super::front::Hosts;
use super::hole::Holes;
use super::merge::Merge;
use super::naming::{expression, section};
use super::value::{Leaf, Section};
use super::{front, release, store, workload};
use crate::kubernetes::object::Part;
use crate::yaml::Map;

/// What all parts ask for.
pub(super) struct Context<'c> {
    pub(super) stacks: &'c [&'c CheckedStack],
    pub(super) product: &'c str,
    pub(super) hosts: Hosts,
    pub(super) door: Door,
    pub(super) partial: Rc<[Partial]>,
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
    let condition = condition(part, &present, context, &mut draft);
    for thing in &mut things {
        release::mark(thing, context, &mut draft);
        release::keep(thing);
        context.door.mark(thing, &mut draft);
    }
    match part {
        Part::Service(service) => {
            workload::mark_service(service, &mut things, context, &mut draft);
            front::mark_own(&mut things, &mut draft);
        }
        Part::Datastore(datastore) => store::mark_datastore(datastore, &mut things, context, &mut draft),
        Part::Product(_) => front::mark_all(&mut things, &context.hosts, &mut draft),
    }
    let objects = things.iter().map(|thing| object(thing, &present, context, &mut draft)).collect();
    Built { part, draft, condition, objects }
}

fn begin(part: Part<'_>, context: &Context<'_>) -> Draft {
    let (variable, name) = match part {
        Part::Product(name) => (expression(".Values", &place(Part::Product(name))), context.product),
        Part::Service(name) => ("$service".to_owned(), name),
        Part::Datastore(name) => ("$datastore".to_owned(), name),
    };
    let (holes, values) = (Holes::default(), Section::default());
    let partial = Rc::clone(&context.partial);
    Draft { variable, name: name.to_owned(), holes, values, conditions: Vec::new(), prelude: Vec::new(), partial }
}

fn condition(part: Part<'_>, present: &[bool], context: &Context<'_>, draft: &mut Draft) -> Option<String> {
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
        Part::Product("gateway") if context.door.is_by_gateway(present) => return Some(BY_GATEWAY.to_owned()),
        _ => ("enabled", present.to_vec(), "Whether it is there at all"),
    };
    Some(draft.put(&[key.to_owned()], Leaf::flag(flags.into_iter().map(Some), about)))
}

fn object(thing: &Thing, present: &[bool], context: &Context<'_>, draft: &mut Draft) -> (Option<String>, Map) {
    let section = section(thing.kind, &thing.name, &draft.name);
    let there: Vec<Option<bool>> =
        thing.trees.iter().zip(present).map(|(tree, present)| present.then_some(tree.is_some())).collect();
    let condition = (there.contains(&Some(false))).then(|| {
        let known = draft.conditions.iter().find(|(kind, at, _)| *kind == thing.kind && at.is_empty());
        let known = known.map(|(.., condition)| condition.clone());
        known.or_else(|| context.door.condition(thing, &there).map(str::to_owned)).unwrap_or_else(|| {
            let path: Vec<String> = section.iter().cloned().chain(["enabled".to_owned()]).collect();
            let about = format!("Whether there is the {} `{}`", thing.kind, thing.name);
            draft.put(&path, Leaf::flag(there, about))
        })
    });
    let mut merge = Merge { draft, kind: thing.kind, name: &thing.name, section, path: Vec::new() };
    (condition, merge.object(&thing.trees))
}
