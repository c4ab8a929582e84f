//! Objects as they are applied: with their namespace, and ConfigMaps under names that end with a hash.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};
use towel_check::CheckedStack;

use super::read::{documents, id};
use crate::kubernetes::objects::objects;
use crate::names;
use crate::yaml::Yaml;

/// The objects of an environment by kind and name.
pub(super) fn finished(stack: &CheckedStack) -> BTreeMap<String, Value> {
    let mut finished: Vec<Value> = objects(stack)
        .into_iter()
        .map(|object| {
            let mut text = String::new();
            Yaml::Map(object.into_tree()).write_to(&mut text);
            documents(&text).remove(0)
        })
        .collect();
    let renamed: BTreeMap<String, String> = finished
        .iter()
        .filter(|object| object["kind"] == "ConfigMap")
        .map(|object| {
            let name = object["metadata"]["name"].as_str().unwrap().to_owned();
            (name.clone(), format!("{name}-{}", hash(&object["data"])))
        })
        .collect();
    for object in &mut finished {
        if object["kind"] != "Namespace" {
            object["metadata"]["namespace"] = names::namespace(stack).into();
        }
        rename(object, &renamed);
    }
    finished.into_iter().map(|object| (id(&object), object)).collect()
}

fn rename(object: &mut Value, renamed: &BTreeMap<String, String>) {
    if object["kind"] == "ConfigMap" {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        object["metadata"]["name"] = renamed[&name].clone().into();
    }
    let containers = object.pointer_mut("/spec/template/spec/containers").and_then(Value::as_array_mut);
    for source in containers.into_iter().flatten().filter_map(|it| it.get_mut("envFrom")?.as_array_mut()).flatten() {
        let name = source["configMapRef"]["name"].as_str().unwrap().to_owned();
        source["configMapRef"]["name"] = renamed[&name].clone().into();
    }
}

/// Kustomize's hash of a ConfigMap: ten digits of SHA-256 over its JSON without its name, in letters that form no words.
pub(super) fn hash(data: &Value) -> String {
    let data: BTreeMap<&String, &Value> = data.as_object().unwrap().iter().collect();
    let data = serde_json::to_string(&data).unwrap();
    let json = format!("{{\"data\":{data},\"kind\":\"ConfigMap\",\"name\":\"\"}}");
    // Go writes these as escapes.
    let json = json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    let digits = Sha256::digest(json.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    digits
        .chars()
        .take(10)
        .map(|digit| match digit {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            digit => digit,
        })
        .collect()
}
