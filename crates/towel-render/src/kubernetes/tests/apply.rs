//! An overlay applied to its base by a reader that knows as little of Kustomize as it can.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::finish::hash;
use super::read::{by_id, documents, id};
use crate::File;

/// The objects that an overlay builds.
pub(super) fn applied(files: &[File], environment: &str) -> BTreeMap<String, Value> {
    let overlay = format!("deploy/kubernetes/overlays/{environment}");
    let base = "deploy/kubernetes/base";
    let settings = documents(&read(files, &format!("{overlay}/kustomization.yaml"))).remove(0);
    let mut objects = Vec::new();
    let mut configs: BTreeMap<String, Value> = BTreeMap::new();
    for path in texts(&settings["resources"]) {
        if path == "../../base" {
            let settings = documents(&read(files, &format!("{base}/kustomization.yaml"))).remove(0);
            texts(&settings["resources"])
                .iter()
                .for_each(|path| objects.extend(documents(&read(files, &format!("{base}/{path}")))));
            generate(&settings, &mut configs);
        } else {
            objects.extend(documents(&read(files, &format!("{overlay}/{path}"))));
        }
    }
    generate(&settings, &mut configs);
    let mut objects = by_id(objects);
    for entry in list(&settings["patches"]) {
        let path = format!("{overlay}/{}", entry["path"].as_str().unwrap());
        for patch in documents(&read(files, &path)) {
            let object =
                objects.get_mut(&id(&patch)).unwrap_or_else(|| panic!("{path} patches nothing: {}", id(&patch)));
            merge(object, &patch, "");
        }
    }
    let renamed: BTreeMap<String, String> =
        configs.iter().map(|(name, config)| (name.clone(), format!("{name}-{}", hash(&config["data"])))).collect();
    for mut config in configs.into_values() {
        let name = &renamed[config["metadata"]["name"].as_str().unwrap()];
        config["metadata"]["name"] = name.clone().into();
        objects.insert(id(&config), config);
    }
    objects.into_values().map(|object| set(object, &settings, &renamed)).map(|it| (id(&it), it)).collect()
}

fn read(files: &[File], path: &str) -> String {
    files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}")).contents.clone()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value) -> Vec<&str> {
    list(value).iter().map(|text| text.as_str().unwrap()).collect()
}

fn generate(settings: &Value, configs: &mut BTreeMap<String, Value>) {
    for entry in list(&settings["configMapGenerator"]) {
        let name = entry["name"].as_str().unwrap().to_owned();
        let config = configs.entry(name.clone()).or_insert_with(|| {
            assert!(entry.get("behavior").is_none(), "{name} is merged with nothing");
            let metadata = json!({ "name": name, "labels": entry["options"]["labels"] });
            json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "immutable": true, "data": {} })
        });
        for literal in texts(&entry["literals"]) {
            let (key, value) = literal.split_once('=').unwrap();
            let quoted =
                ["'", "\""].iter().find(|it| value.len() > 1 && value.starts_with(**it) && value.ends_with(**it));
            let value = if quoted.is_some() { &value[1..value.len() - 1] } else { value };
            config["data"][key] = value.into();
        }
    }
}

/// Mappings are merged, containers by their names, and everything else is replaced.
fn merge(into: &mut Value, patch: &Value, key: &str) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                assert!(!value.is_null(), "a patch removes `{key}`");
                match into.get_mut(key) {
                    Some(before) => merge(before, value, key),
                    None => _ = into.insert(key.clone(), value.clone()),
                }
            }
        }
        (Value::Array(into), Value::Array(patch)) if matches!(key, "containers" | "initContainers") => {
            let names = |list: &[Value]| list.iter().map(|it| it["name"].clone()).collect::<Vec<_>>();
            assert_eq!(names(into), names(patch), "a patch would change the order");
            into.iter_mut().zip(patch).for_each(|(into, patch)| merge(into, patch, ""));
        }
        (into, Value::Array(patch)) => {
            let replace = Value::Object(Map::from_iter([("$patch".to_owned(), "replace".into())]));
            *into = patch.iter().filter(|item| **item != replace).cloned().collect();
        }
        (into, patch) => *into = patch.clone(),
    }
}

/// Namespace, counts, images and the names of ConfigMaps, which have words of their own.
fn set(mut object: Value, settings: &Value, renamed: &BTreeMap<String, String>) -> Value {
    if object["kind"] != "Namespace" {
        object["metadata"]["namespace"] = settings["namespace"].clone();
    }
    let counts = list(&settings["replicas"]).iter();
    if matches!(object["kind"].as_str(), Some("Deployment" | "StatefulSet"))
        && let Some(entry) = counts.rev().find(|entry| entry["name"] == object["metadata"]["name"])
    {
        object["spec"]["replicas"] = entry["count"].clone();
    }
    for list_of in ["initContainers", "containers"] {
        let found = object.pointer_mut(&format!("/spec/template/spec/{list_of}")).and_then(Value::as_array_mut);
        for container in found.into_iter().flatten() {
            container["image"] = image(container["image"].as_str().unwrap(), settings).into();
            let from = container.get_mut("envFrom").and_then(Value::as_array_mut);
            for source in from.into_iter().flatten() {
                let name = source["configMapRef"]["name"].as_str().unwrap().to_owned();
                source["configMapRef"]["name"] = renamed[&name].clone().into();
            }
        }
    }
    object
}

fn image(text: &str, settings: &Value) -> String {
    for entry in list(&settings["images"]) {
        let name = entry["name"].as_str().unwrap();
        if text.strip_prefix(name).is_none_or(|rest| !rest.is_empty() && !rest.starts_with([':', '@'])) {
            continue;
        }
        let part = |key: &str| entry[key].as_str();
        let tag = part("newTag").map(|tag| format!(":{tag}"));
        let digest = part("digest").map(|digest| format!("@{digest}"));
        let rest = text[name.len()..].to_owned();
        let rest = if tag.is_none() && digest.is_none() { rest } else { [tag, digest].into_iter().flatten().collect() };
        return format!("{}{rest}", part("newName").unwrap_or(name));
    }
    text.to_owned()
}
