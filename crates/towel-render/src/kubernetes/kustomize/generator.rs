//! ConfigMaps that Kustomize makes itself: it appends a hash of what is in them to their names.

use crate::kubernetes::object::{Object, Part};
use crate::yaml::{Map, Yaml};

/// The ConfigMap of a service in one environment, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Generator<'a> {
    pub(super) part: Part<'a>,
    pub(super) name: String,
    labels: Yaml,
    literals: Vec<(String, String)>,
}

impl<'a> Generator<'a> {
    /// None for an object of another kind.
    pub(super) fn of(object: &Object<'a>) -> Option<Self> {
        if object.kind != "ConfigMap" {
            return None;
        }
        let Some(Yaml::Map(data)) = object.tree.get("data") else { return None };
        let Some(Yaml::Map(metadata)) = object.tree.get("metadata") else { return None };
        let literals = data.iter().filter_map(|(key, value)| match value {
            Yaml::Text(value) => Some((key.to_owned(), value.clone().into_owned())),
            _ => None,
        });
        Some(Self {
            part: object.part,
            name: object.name.clone(),
            labels: metadata.get("labels").cloned().unwrap_or(Yaml::Null),
            literals: literals.collect(),
        })
    }

    /// What all of them hold alike; none when that is nothing.
    pub(super) fn shared(all: &[&Self]) -> Option<Self> {
        let (first, others) = all.split_first()?;
        if others.iter().any(|other| other.labels != first.labels) {
            return None;
        }
        let literals = first.literals.iter().filter(|pair| others.iter().all(|other| other.literals.contains(pair)));
        let literals: Vec<_> = literals.cloned().collect();
        (!literals.is_empty()).then(|| Self { literals, ..(*first).clone() })
    }

    /// What it has besides `base`; none when that is nothing.
    pub(super) fn beyond(&self, base: &Self) -> Option<Map> {
        let own = self.literals.iter().filter(|pair| !base.literals.contains(pair));
        let own: Vec<Yaml> = own.map(literal).collect();
        (!own.is_empty()).then(|| {
            let options = Map::new().with("immutable", true);
            let merged = Map::new().with("name", self.name.clone()).with("behavior", "merge");
            merged.with("literals", own).with("options", options)
        })
    }

    /// All of it.
    pub(super) fn whole(&self) -> Map {
        let options = Map::new().with("labels", self.labels.clone()).with("immutable", true);
        Map::new()
            .with("name", self.name.clone())
            .with("literals", self.literals.iter().map(literal).collect::<Vec<Yaml>>())
            .with("options", options)
    }
}

/// Kustomize takes one pair of quotes off a value.
fn literal((key, value): &(String, String)) -> Yaml {
    let quoted = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    let text = if quoted('"') || quoted('\'') { format!("{key}='{value}'") } else { format!("{key}={value}") };
    Yaml::from(text)
}
