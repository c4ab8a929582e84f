//! What several objects share, and what makes each of them out of that.

use crate::yaml::{Map, Yaml};

/// Lists that are merged by a key when a patch names them, so that replacing one has to be said.
const MERGED: [&str; 8] =
    ["containers", "env", "hostAliases", "imagePullSecrets", "initContainers", "ports", "volumeMounts", "volumes"];

/// Lists of containers are merged by name, and so is a patch of them.
const BY_NAME: [&str; 2] = ["containers", "initContainers"];

/// Whether two values are the same, whatever stands above them.
pub(super) fn same(one: &Yaml, other: &Yaml) -> bool {
    match (one, other) {
        (Yaml::Map(one), Yaml::Map(other)) => same_map(one, other),
        (Yaml::List(one), Yaml::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (one, other) => one == other,
    }
}

/// The same for mappings. All of them are written in one order, so that their entries stand side by side.
pub(super) fn same_map(one: &Map, other: &Map) -> bool {
    let mut others = other.iter();
    let side_by_side = one
        .iter()
        .all(|(key, value)| others.next().is_some_and(|(other_key, other)| key == other_key && same(value, other)));
    side_by_side && others.next().is_none()
}

/// Takes apart `first`: what `others` have as well, and what is its own. Where only values differ, its value counts as
/// shared, so that a patch never has to remove anything.
pub(super) fn split(first: Map, others: &[&Map]) -> (Map, Map) {
    first.split(|key, value| {
        if others.iter().all(|other| other.get(key).is_some_and(|other| same(other, &value))) {
            return (Some(value), None);
        }
        match others.iter().map(|other| other.get(key)).collect::<Option<Vec<&Yaml>>>() {
            Some(others) => split_value(key, value, &others),
            None => (None, Some(value)),
        }
    })
}

fn split_value(key: &str, value: Yaml, others: &[&Yaml]) -> (Option<Yaml>, Option<Yaml>) {
    let unless_empty = |map: Map| (!map.is_empty()).then_some(Yaml::Map(map));
    match value {
        Yaml::Map(map) => match others.iter().map(|other| as_map(other)).collect::<Option<Vec<&Map>>>() {
            Some(others) => {
                let (shared, own) = split(map, &others);
                (unless_empty(shared), unless_empty(own))
            }
            None => (Some(Yaml::Map(map)), None),
        },
        Yaml::List(items) if BY_NAME.contains(&key) && others.iter().all(|other| names(other) == names_of(&items)) => {
            split_containers(items, others)
        }
        value => (Some(value), None),
    }
}

fn split_containers(items: Vec<Yaml>, others: &[&Yaml]) -> (Option<Yaml>, Option<Yaml>) {
    let (mut shared, mut own, mut some_own) = (Vec::new(), Vec::new(), false);
    for (place, item) in items.into_iter().enumerate() {
        let others: Vec<&Map> = others.iter().filter_map(|other| as_map(at(other, place)?)).collect();
        let Yaml::Map(item) = item else { continue };
        let name = Map::new().maybe("name", item.get("name").cloned());
        let (here, there) = split(item, &others);
        some_own |= !there.is_empty();
        shared.push(Yaml::Map(here));
        own.push(Yaml::Map(name.followed_by(there)));
    }
    (Some(Yaml::List(shared)), some_own.then_some(Yaml::List(own)))
}

/// What makes `wanted` out of `base`, which has nothing that `wanted` lacks. None when they are the same.
pub(super) fn patch(base: &Map, wanted: &Map) -> Option<Map> {
    let patch = wanted.chosen(|key, value| match base.get(key) {
        Some(before) => patch_value(key, before, value),
        None => Some(value.clone()),
    });
    (!patch.is_empty()).then_some(patch)
}

fn patch_value(key: &str, before: &Yaml, value: &Yaml) -> Option<Yaml> {
    if same(before, value) {
        return None;
    }
    match (before, value) {
        (Yaml::Map(before), Yaml::Map(value)) => patch(before, value).map(Yaml::Map),
        (Yaml::List(before_items), Yaml::List(items)) if BY_NAME.contains(&key) && names(before) == names(value) => {
            let pairs = before_items.iter().zip(items);
            // All are named, for those that a patch names come first.
            let named = pairs.filter_map(|(before, item)| {
                let Yaml::Map(item) = item else { return None };
                let name = Map::new().with("name", item.get("name")?.clone());
                Some(Yaml::Map(name.followed_by(patch(as_map(before)?, item).unwrap_or_default())))
            });
            Some(Yaml::List(named.collect()))
        }
        (Yaml::List(_), Yaml::List(items)) if MERGED.contains(&key) || key == "topologySpreadConstraints" => {
            let replace = Yaml::Map(Map::new().with("$patch", "replace"));
            Some(Yaml::List(std::iter::once(replace).chain(items.iter().cloned()).collect()))
        }
        (_, value) => Some(value.clone()),
    }
}

fn as_map(value: &Yaml) -> Option<&Map> {
    match value {
        Yaml::Map(map) => Some(map),
        _ => None,
    }
}

fn at(list: &Yaml, place: usize) -> Option<&Yaml> {
    match list {
        Yaml::List(items) => items.get(place),
        _ => None,
    }
}

fn names(list: &Yaml) -> Option<Vec<&Yaml>> {
    match list {
        Yaml::List(items) => names_of(items),
        _ => None,
    }
}

fn names_of(items: &[Yaml]) -> Option<Vec<&Yaml>> {
    items.iter().map(|item| as_map(item)?.get("name")).collect()
}
