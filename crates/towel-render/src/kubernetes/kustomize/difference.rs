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

/// What all of `trees` have, with the first one's value where only values differ. So a patch never has to remove
/// anything.
pub(super) fn shared(trees: &[&Map]) -> Map {
    let Some((first, others)) = trees.split_first() else { return Map::new() };
    first.chosen(|key, value| {
        let others: Option<Vec<&Yaml>> = others.iter().map(|other| other.get(key)).collect();
        shared_value(key, value, &others?)
    })
}

fn shared_value(key: &str, value: &Yaml, others: &[&Yaml]) -> Option<Yaml> {
    if others.iter().all(|other| same(value, other)) {
        return Some(value.clone());
    }
    match value {
        Yaml::Map(map) => {
            let others: Option<Vec<&Map>> = others.iter().map(|other| as_map(other)).collect();
            let shared = shared(&std::iter::once(map).chain(others?).collect::<Vec<_>>());
            (!shared.is_empty()).then_some(Yaml::Map(shared))
        }
        Yaml::List(items) if BY_NAME.contains(&key) && others.iter().all(|other| names(other) == names(value)) => {
            let each = items.iter().enumerate().map(|(place, item)| {
                let others: Option<Vec<&Yaml>> = others.iter().map(|other| at(other, place)).collect();
                shared_value("", item, &others?)
            });
            Some(Yaml::List(each.collect::<Option<Vec<_>>>()?))
        }
        value => Some(value.clone()),
    }
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
        Yaml::List(items) => items.iter().map(|item| as_map(item)?.get("name")).collect(),
        _ => None,
    }
}
