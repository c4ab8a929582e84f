//! The objects of all environments side by side, part by part.

use std::collections::HashMap;

use crate::kubernetes::object::{Object, Part};
use crate::yaml::Map;

/// A part of the product with its objects.
pub(super) struct Aligned<'a> {
    pub(super) part: Part<'a>,
    /// Whether each environment has it.
    pub(super) present: Vec<bool>,
    pub(super) things: Vec<Thing>,
}

/// One object in all environments.
pub(super) struct Thing {
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// As it is in each environment; none where that has no such object.
    pub(super) trees: Vec<Option<Map>>,
}

/// Finds what belongs together by kind and name.
pub(super) fn align(environments: Vec<Vec<Object<'_>>>) -> Vec<Aligned<'_>> {
    let count = environments.len();
    let mut parts: Vec<Aligned<'_>> = Vec::new();
    let mut of_part: HashMap<Part<'_>, usize> = HashMap::new();
    let mut of_thing: HashMap<(usize, &'static str, String), usize> = HashMap::new();
    for (environment, objects) in environments.into_iter().enumerate() {
        for object in objects {
            let next = parts.len();
            let place = *of_part.entry(object.part).or_insert(next);
            if place == next {
                parts.push(Aligned { part: object.part, present: vec![false; count], things: Vec::new() });
            }
            let Some(part) = parts.get_mut(place) else { continue };
            part.present.iter_mut().skip(environment).take(1).for_each(|present| *present = true);
            let next = part.things.len();
            // The namespace is the same thing, whatever each environment calls it.
            let name = if object.kind == "Namespace" { String::new() } else { object.name.clone() };
            let place = *of_thing.entry((place, object.kind, name)).or_insert(next);
            if place == next {
                part.things.push(Thing { kind: object.kind, name: object.name.clone(), trees: vec![None; count] });
            }
            let tree = part.things.get_mut(place).and_then(|thing| thing.trees.get_mut(environment));
            if let Some(tree) = tree {
                *tree = Some(object.into_tree());
            }
        }
    }
    parts
}
