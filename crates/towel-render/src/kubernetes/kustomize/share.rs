//! One object in all environments: what of it goes into the base, and what each overlay makes of that.

use super::difference::{patch, same_map, split};
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
    pub(super) fn of(objects: Vec<Object<'a>>, images: &Images<'_>) -> Option<Self> {
        let count = objects.len();
        let alike = objects.split_first().is_some_and(|(first, others)| others.iter().all(|it| first.equals(it)));
        let mut objects = objects.into_iter();
        let first = objects.next()?;
        let of = Address { part: first.part, api: first.api, kind: first.kind, name: first.name.clone() };
        let mut base = written(first, images);
        if alike {
            return Some(Self { part: of.part, base, patches: vec![None; count], replicas: vec![None; count] });
        }
        let mut others: Vec<Map> = objects.map(|object| written(object, images)).collect();
        let replicas = take_replicas(&of, &mut base, &mut others);
        if others.iter().all(|other| same_map(&base, other)) {
            return Some(Self { part: of.part, base, patches: vec![None; count], replicas });
        }
        let (base, own) = split(base, &others.iter().collect::<Vec<_>>());
        let own = (!own.is_empty()).then_some(own);
        let patches = std::iter::once(own).chain(others.iter().map(|other| patch(&base, other)));
        let patches = patches.map(|patch| patch.map(|patch| of.addressed(patch))).collect();
        Some(Self { part: of.part, base, patches, replicas })
    }
}

/// Which object it is.
struct Address<'a> {
    part: Part<'a>,
    api: &'static str,
    kind: &'static str,
    name: String,
}

impl Address<'_> {
    /// A patch says what it is for.
    fn addressed(&self, mut patch: Map) -> Map {
        let name = Map::new().with("name", self.name.clone());
        let metadata = match patch.remove("metadata") {
            Some(Yaml::Map(more)) => name.followed_by(more),
            _ => name,
        };
        let address = Map::new().with("apiVersion", self.api).with("kind", self.kind).with("metadata", metadata);
        address.followed_by(patch)
    }
}

/// All of an object, with the name by which overlays find a service's image.
pub(super) fn written(object: Object<'_>, images: &Images<'_>) -> Map {
    let name = match object.part {
        Part::Service(service) if object.kind == "Deployment" => images.in_base(service),
        _ => None,
    };
    let mut tree = object.into_tree();
    if let (Some(name), Some(pod)) = (name, pod(&mut tree)) {
        name_images(pod, name);
    }
    tree
}

/// All of a service's containers are of its own image.
fn name_images(pod: &mut Map, name: &str) {
    for list in ["initContainers", "containers"] {
        let Some(Yaml::List(containers)) = pod.get_mut(list) else { continue };
        for container in containers {
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
fn take_replicas(of: &Address<'_>, base: &mut Map, others: &mut [Map]) -> Vec<Option<Map>> {
    let counts: Vec<Option<i64>> = std::iter::once(&*base).chain(&*others).map(count).collect();
    let first = counts.first().copied().flatten();
    if !matches!(of.kind, "Deployment" | "StatefulSet") || counts.iter().all(|count| *count == first) {
        return vec![None; counts.len()];
    }
    let in_base = first.filter(|_| counts.iter().all(Option::is_some));
    for tree in std::iter::once(base).chain(others) {
        if let Some(Yaml::Map(spec)) = tree.get_mut("spec") {
            match (in_base, spec.get_mut("replicas")) {
                (Some(count), Some(replicas)) => *replicas = Yaml::Integer(count),
                _ => _ = spec.remove("replicas"),
            }
        }
    }
    let entry = |count: Option<i64>| {
        let count = count.filter(|count| in_base != Some(*count))?;
        Some(Map::new().with("name", of.name.clone()).with("count", count))
    };
    counts.into_iter().map(entry).collect()
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
