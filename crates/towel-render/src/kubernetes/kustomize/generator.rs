//! ConfigMaps that Kustomize makes itself: it appends a hash of what is in them to their names.

use std::collections::BTreeMap;

use crate::kubernetes::object::Object;
use crate::yaml::{Map, Yaml};

/// The ConfigMap of a service in one environment, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Generator {
    pub(super) name: String,
    labels: BTreeMap<String, String>,
    literals: BTreeMap<String, String>,
}

impl Generator {
    /// None for an object of another kind.
    pub(super) fn of(object: &Object<'_>) -> Option<Self> {
        let config = object.config()?;
        Some(Self {
            name: object.name.clone(),
            labels: config.metadata.labels.clone().unwrap_or_default(),
            literals: config.data.clone().unwrap_or_default(),
        })
    }

    /// What all of them hold alike; none when that is nothing.
    pub(super) fn shared(all: &[&Self]) -> Option<Self> {
        let (first, others) = all.split_first()?;
        if others.iter().any(|other| other.labels != first.labels) {
            return None;
        }
        let everywhere =
            |(key, value): &(&String, &String)| others.iter().all(|it| it.literals.get(*key) == Some(*value));
        let literals = first.literals.iter().filter(everywhere);
        let literals: BTreeMap<_, _> = literals.map(|(key, value)| (key.clone(), value.clone())).collect();
        (!literals.is_empty()).then(|| Self { name: first.name.clone(), labels: first.labels.clone(), literals })
    }

    /// What it has besides `base`; none when that is nothing.
    pub(super) fn beyond(&self, base: &Self) -> Option<Map> {
        let own = self.literals.iter().filter(|(key, value)| base.literals.get(*key) != Some(*value));
        let own: Vec<Yaml> = own.map(literal).collect();
        (!own.is_empty()).then(|| {
            let options = Map::new().with("immutable", true);
            let merged = Map::new().with("name", self.name.clone()).with("behavior", "merge");
            merged.with("literals", own).with("options", options)
        })
    }

    /// All of it.
    pub(super) fn whole(&self) -> Map {
        let labels: Map = self.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let options = Map::new().with("labels", labels).with("immutable", true);
        Map::new()
            .with("name", self.name.clone())
            .with("literals", self.literals.iter().map(literal).collect::<Vec<Yaml>>())
            .with("options", options)
    }
}

/// Kustomize takes one pair of quotes off a value.
fn literal((key, value): (&String, &String)) -> Yaml {
    let quoted = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    let text = if quoted('"') || quoted('\'') { format!("{key}='{value}'") } else { format!("{key}={value}") };
    Yaml::from(text)
}
