//! What the product has once: its namespace, what holds for all of it, and its front door.

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::scene::Scene;
use super::{frontdoor, policy};
use crate::kubernetes::object::{Object, Part};
use crate::names;

/// Adds them.
pub(super) fn add<'a>(scene: &Scene<'a>, objects: &mut Vec<Object<'a>>) {
    objects.push(namespace(scene));
    policy::of_product(scene, objects);
    frontdoor::of_product(scene, objects);
}

/// Pods that ask for more than `restricted` gives are refused; all of these, the datastores too, ask for less.
fn namespace<'a>(scene: &Scene<'a>) -> Object<'a> {
    let stack = scene.stack;
    let mut metadata = scene.metadata(names::namespace(stack), &stack.name, "platform");
    let labels = metadata.labels.get_or_insert_default();
    for mode in ["enforce", "audit", "warn"] {
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), "restricted".to_owned());
    }
    let owner = stack.owner.as_ref().map(|owner| ("towel/owner".to_owned(), owner.to_string()));
    let description = stack.description.as_ref();
    let description = description.map(|text| ("kubernetes.io/description".to_owned(), text.to_string()));
    let annotations: std::collections::BTreeMap<_, _> = owner.into_iter().chain(description).collect();
    let annotations = (!annotations.is_empty()).then_some(annotations);
    let namespace = Namespace { metadata: ObjectMeta { annotations, ..metadata }, ..Namespace::default() };
    Object::of(Part::Product("namespace"), namespace)
}
