//! One object in all environments: what of it goes into the base, and what each overlay makes of that.

use super::difference::{patch, same_map, shared};
use super::image::Images;
use crate::kubernetes::object::{Object, Part};
use crate::yaml::{Map, Yaml};

/// An object that all environments have.
pub(super) struct Shared<'a> {
    pub(super) part: Part<'a>,
    pub(super) base: Map,
    /// For each environment, in their order.
    pub(super) patches: Vec<Option<Map>>,
    /// For each environment, the count that its overlay sets.
    pub(super) replicas: Vec<Option<Map>>,
}

impl<'a> Shared<'a> {
    /// `objects` are the same one in each environment.
    pub(super) fn of(mut objects: Vec<Object<'a>>, images: &Images<'_>) -> Option<Self> {
        objects.iter_mut().for_each(|object| name_image(object, images));
        let replicas = take_replicas(&mut objects);
        let mut objects = objects.into_iter();
        let first = objects.next()?;
        let others: Vec<Object<'a>> = objects.collect();
        if others.iter().all(|other| same_map(&first.tree, &other.tree)) {
            let patches = vec![None; others.len() + 1];
            return Some(Self { part: first.part, base: first.tree, patches, replicas });
        }
        let trees: Vec<&Map> = std::iter::once(&first).chain(&others).map(|object| &object.tree).collect();
        let base = shared(&trees);
        let patches = trees.iter().map(|tree| patch(&base, tree).map(|patch| addressed(&first, patch))).collect();
        Some(Self { part: first.part, base, patches, replicas })
    }
}

/// A patch says what it is for.
fn addressed(object: &Object<'_>, mut patch: Map) -> Map {
    let name = Map::new().with("name", object.name.clone());
    let metadata = match patch.remove("metadata") {
        Some(Yaml::Map(more)) => name.followed_by(more),
        _ => name,
    };
    let address = Map::new().with("apiVersion", object.api).with("kind", object.kind).with("metadata", metadata);
    address.followed_by(patch)
}

/// Gives a service's container the name by which overlays find its image.
pub(super) fn name_image(object: &mut Object<'_>, images: &Images<'_>) {
    let Part::Service(service) = object.part else { return };
    if object.kind != "Deployment" {
        return;
    }
    let (Some(pod), Some(name)) = (pod(&mut object.tree), images.in_base(service)) else { return };
    for list in ["initContainers", "containers"] {
        let Some(Yaml::List(containers)) = pod.get_mut(list) else { continue };
        for container in containers {
            // All of a service's containers are of its own image.
            let Yaml::Map(container) = container else { continue };
            if let Some(image) = container.get_mut("image") {
                *image = Yaml::from(name.to_owned());
            }
        }
    }
}

fn pod(tree: &mut Map) -> Option<&mut Map> {
    let mut at = tree;
    for key in ["spec", "template", "spec"] {
        at = match at.get_mut(key)? {
            Yaml::Map(map) => map,
            _ => return None,
        };
    }
    Some(at)
}

/// Counts are set by `replicas:`, which people know to look for: the base has the first environment's, or none where an
/// autoscaler decides in one of them.
fn take_replicas(objects: &mut [Object<'_>]) -> Vec<Option<Map>> {
    let none = || vec![None; objects.len()];
    if !objects.first().is_some_and(|object| matches!(object.kind, "Deployment" | "StatefulSet")) {
        return none();
    }
    let counts: Vec<Option<i64>> = objects.iter().map(|object| count(&object.tree)).collect();
    let Some(first) = counts.first().copied() else { return none() };
    if counts.iter().all(|count| *count == first) {
        return none();
    }
    let in_base = first.filter(|_| counts.iter().all(Option::is_some));
    for object in &mut *objects {
        if let Some(Yaml::Map(spec)) = object.tree.get_mut("spec") {
            match (in_base, spec.get_mut("replicas")) {
                (Some(count), Some(replicas)) => *replicas = Yaml::Integer(count),
                _ => _ = spec.remove("replicas"),
            }
        }
    }
    let entry = |(object, count): (&Object<'_>, Option<i64>)| {
        let count = count.filter(|count| in_base != Some(*count))?;
        Some(Map::new().with("name", object.name.clone()).with("count", count))
    };
    objects.iter().zip(counts).map(entry).collect()
}

fn count(tree: &Map) -> Option<i64> {
    match tree.get("spec")? {
        Yaml::Map(spec) => match spec.get("replicas")? {
            Yaml::Integer(count) => Some(*count),
            _ => None,
        },
        _ => None,
    }
}
