//! A base or an overlay as it fills: its resources and patches, part by part.

use std::collections::HashMap;

use crate::kubernetes::object::Part;
use crate::yaml::{Map, Yaml};

/// Documents by the part that they belong to, in the order in which parts came.
#[derive(Default)]
pub(super) struct Documents<'a> {
    parts: Vec<(Part<'a>, Vec<Yaml>)>,
    places: HashMap<Part<'a>, usize>,
}

impl<'a> Documents<'a> {
    pub(super) fn push(&mut self, part: Part<'a>, document: Map) {
        let next = self.parts.len();
        let place = *self.places.entry(part).or_insert(next);
        if place == next {
            self.parts.push((part, Vec::new()));
        }
        if let Some((_, documents)) = self.parts.get_mut(place) {
            documents.push(Yaml::Map(document));
        }
    }

    pub(super) fn parts(&self) -> &[(Part<'a>, Vec<Yaml>)] {
        &self.parts
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// What becomes one folder with a `kustomization.yaml`.
#[derive(Default)]
pub(super) struct Layer<'a> {
    pub(super) resources: Documents<'a>,
    pub(super) patches: Documents<'a>,
    pub(super) generators: Vec<Map>,
    pub(super) replicas: Vec<Map>,
    pub(super) images: Vec<Map>,
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
