//! Rendered files as data, read by a reader that had no part in writing them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::file::Files;
use crate::{File, Product, Target};

pub(super) fn files(product: &Product) -> Vec<File> {
    let mut files = Files::new(Target::Kubernetes);
    crate::kubernetes::render(product, &mut files);
    files.into_vec()
}

/// Every document of a text.
pub(super) fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// `Deployment/api`.
pub(super) fn id(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]))
}

/// By kind and name, each of which there may be once.
pub(super) fn by_id(objects: Vec<Value>) -> BTreeMap<String, Value> {
    let count = objects.len();
    let objects: BTreeMap<String, Value> = objects.into_iter().map(|object| (id(&object), object)).collect();
    assert_eq!(objects.len(), count, "something is there twice");
    objects
}
