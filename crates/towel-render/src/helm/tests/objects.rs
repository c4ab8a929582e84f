//! The objects of an environment as a chart is to give them: placed, ConfigMaps with Kustomize's hash, volumes kept.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use towel_check::CheckedStack;

use crate::kubernetes::objects::objects;
use crate::names;
use crate::yaml::Yaml;

/// What differs from the objects of `kubernetes` is only this: what Helm must not remove with a release says so.
pub(super) fn wanted(stack: &CheckedStack) -> BTreeMap<String, Value> {
    let mut all: Vec<Value> = objects(stack)
        .into_iter()
        .map(|object| {
            let mut text = String::new();
            Yaml::Map(object.into_tree()).write_to(&mut text);
            documents(&text).remove(0)
        })
        .collect();
    let mut renamed = BTreeMap::new();
    for object in &mut all {
        let kind = object["kind"].as_str().unwrap().to_owned();
        if kind == "ConfigMap" {
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            let hashed = format!("{name}-{}", hash(&object["data"]));
            object["metadata"]["name"] = hashed.clone().into();
            renamed.insert(name, hashed);
        }
        if kind != "Namespace" {
            object["metadata"]["namespace"] = names::namespace(stack).into();
        }
        if matches!(kind.as_str(), "ConfigMap" | "Namespace" | "PersistentVolumeClaim") {
            object["metadata"]["annotations"]["helm.sh/resource-policy"] = json!("keep");
        }
    }
    all.iter_mut().for_each(|object| rename(object, &renamed));
    by_id(all)
}

fn rename(object: &mut Value, renamed: &BTreeMap<String, String>) {
    let containers = object.pointer_mut("/spec/template/spec/containers").and_then(Value::as_array_mut);
    for source in containers.into_iter().flatten().filter_map(|it| it.get_mut("envFrom")?.as_array_mut()).flatten() {
        let name = source["configMapRef"]["name"].as_str().unwrap().to_owned();
        source["configMapRef"]["name"] = renamed[&name].clone().into();
    }
}

fn hash(data: &Value) -> String {
    let data: BTreeMap<&String, &Value> = data.as_object().unwrap().iter().collect();
    let json = serde_json::to_string(&data).unwrap();
    let json = format!("{{\"data\":{json},\"kind\":\"ConfigMap\",\"name\":\"\"}}");
    // Go writes these as escapes.
    let json = json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    let digits = Sha256::digest(json.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    let letters = [('0', 'g'), ('1', 'h'), ('3', 'k'), ('a', 'm'), ('e', 't')];
    let letter = |digit| letters.iter().find(|(from, _)| *from == digit).map_or(digit, |(_, to)| *to);
    digits.chars().take(10).map(letter).collect()
}

/// Every document of a text that is more than comments.
pub(super) fn documents(text: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_saphyr::from_multiple(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    all.into_iter().filter(|document| !document.is_null()).collect()
}

/// By kind and name, each of which there may be once.
pub(super) fn by_id(objects: Vec<Value>) -> BTreeMap<String, Value> {
    let count = objects.len();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let id = |object: &Value| format!("{}/{}", text(&object["kind"]), text(&object["metadata"]["name"]));
    let objects: BTreeMap<String, Value> = objects.into_iter().map(|object| (id(&object), object)).collect();
    assert_eq!(objects.len(), count, "something is there twice");
    objects
}
