//! A base or an overlay as it fills: its documents part by part, and what its `kustomization.yaml` says.

use crate::kubernetes::object::Part;
use crate::yaml::{Map, Yaml};

/// Documents by the part that they belong to, in the order in which parts came.
#[derive(Default)]
pub(super) struct Documents<'a>(pub(super) Vec<(Part<'a>, Vec<Yaml>)>);

impl<'a> Documents<'a> {
    pub(super) fn push(&mut self, part: Part<'a>, document: Map) {
        // Parts come one after another.
        match self.0.last_mut().filter(|(last, _)| *last == part) {
            Some((_, documents)) => documents.push(Yaml::Map(document)),
            None => self.0.push((part, vec![Yaml::Map(document)])),
        }
    }
}

/// What one group of objects brings to a base or an overlay.
#[derive(Default)]
pub(super) struct Layer<'a> {
    pub(super) resources: Documents<'a>,
    pub(super) patches: Documents<'a>,
    pub(super) generators: Vec<Map>,
    pub(super) replicas: Vec<Map>,
}

/// What a `kustomization.yaml` says.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) resources: Vec<String>,
    pub(super) patches: Vec<String>,
    pub(super) generators: Vec<Map>,
    pub(super) replicas: Vec<Map>,
}

impl Settings {
    pub(super) fn append(&mut self, mut other: Self) {
        self.resources.append(&mut other.resources);
        self.patches.append(&mut other.patches);
        self.generators.append(&mut other.generators);
        self.replicas.append(&mut other.replicas);
    }
}

/// The name of a part's file, without its ending.
pub(super) fn stem(part: Part<'_>) -> String {
    // Files of the product have these names; a name of the product's has no point in it.
    const TAKEN: [&str; 5] = ["access", "gateway", "kustomization", "namespace", "network"];
    match part {
        Part::Product(name) => name.to_owned(),
        Part::Service(name) if TAKEN.contains(&name) => format!("service.{name}"),
        Part::Datastore(name) if TAKEN.contains(&name) => format!("datastore.{name}"),
        Part::Service(name) | Part::Datastore(name) => name.to_owned(),
    }
}

/// The part of `towel.yaml` that a part's file comes from.
pub(super) fn origin(part: Part<'_>) -> String {
    match part {
        Part::Product(_) => String::new(),
        Part::Service(name) => format!("services.{name}"),
        Part::Datastore(name) => format!("datastores.{name}"),
    }
}
