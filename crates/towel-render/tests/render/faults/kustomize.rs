//! What Kustomize makes of a folder: a reader of its own, held against the tool itself where that is installed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::cluster::is_object;
use super::fault::Fault;
use super::objects::Object;
use super::tree::Tree;

type Files<'d> = BTreeMap<&'d str, Vec<&'d Value>>;

/// Fields that are read; any other is a fault, since it would change objects unseen.
const KNOWN: [&str; 11] = [
    "apiVersion",
    "kind",
    "metadata",
    "namespace",
    "resources",
    "patches",
    "labels",
    "images",
    "replicas",
    "configMapGenerator",
    "generatorOptions",
];

/// Paths of files and folders that a folder's kustomization builds on.
pub(super) fn resources(folder: &str, files: &Files<'_>) -> Vec<String> {
    let named = kustomization(folder, files).at("resources").items();
    named.iter().map(|it| joined(folder, it.text())).collect()
}

/// Paths of its patches.
pub(super) fn patches(folder: &str, files: &Files<'_>) -> Vec<String> {
    let named = kustomization(folder, files).at("patches").items().iter().map(|it| it.at("path").text());
    named.filter(|it| !it.is_empty()).map(|it| joined(folder, it)).collect()
}

fn kustomization<'d>(folder: &str, files: &Files<'d>) -> &'d Value {
    static NOTHING: Value = Value::Null;
    files.get(format!("{folder}/kustomization.yaml").as_str()).and_then(|it| it.first()).copied().unwrap_or(&NOTHING)
}

fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// The objects of a folder.
pub(super) fn build(folder: &str, files: &Files<'_>) -> (Vec<Object>, Vec<Fault>) {
    let (mut objects, mut faults) = (Vec::new(), Vec::new());
    let place = format!("{folder}/kustomization.yaml");
    let kustomization = kustomization(folder, files);
    let unknown = kustomization.entries().filter(|(key, _)| !KNOWN.contains(key));
    faults.extend(unknown.map(|(key, _)| Fault::new(&place, format!("`{key}` is not known to this reader"))));
    for path in resources(folder, files) {
        if let Some(documents) = files.get(path.as_str()) {
            let own = documents.iter().filter(|it| is_object(it));
            objects.extend(own.map(|it| Object { path: path.clone(), tree: (*it).clone() }));
        } else if kustomization_exists(&path, files) {
            let (inner, broken) = build(&path, files);
            objects.extend(inner);
            faults.extend(broken);
        } else {
            faults.push(Fault::new(&place, format!("there is no `{path}`")));
        }
    }
    generate(kustomization, &place, &mut objects, &mut faults);
    for patch in kustomization.at("patches").items() {
        faults.extend(apply(patch, folder, files, &mut objects).err().map(|what| Fault::new(&place, what)));
    }
    finish(kustomization, &mut objects);
    (objects, faults)
}

fn kustomization_exists(folder: &str, files: &Files<'_>) -> bool {
    files.contains_key(format!("{folder}/kustomization.yaml").as_str())
}

fn generate(kustomization: &Value, place: &str, objects: &mut Vec<Object>, faults: &mut Vec<Fault>) {
    for made in kustomization.at("configMapGenerator").items() {
        let literals = made.at("literals").items().iter().filter_map(|it| it.text().split_once('='));
        let data: Map<String, Value> = literals
            .map(|(key, value)| (key.to_owned(), Value::from(value.trim_matches('"').trim_matches('\''))))
            .collect();
        let name = made.at("name").text();
        let known = objects.iter_mut().find(|it| it.kind() == "ConfigMap" && it.name() == name);
        match (made.at("behavior").text(), known) {
            ("merge", Some(object)) => merge(&mut object.tree, &json!({ "data": data }), ""),
            ("replace", Some(object)) => object.tree["data"] = data.into(),
            ("merge" | "replace", None) => faults.push(Fault::new(place, format!("there is no ConfigMap `{name}`"))),
            _ => objects.push(Object {
                path: place.to_owned(),
                tree: json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": data }),
            }),
        }
    }
}

/// Applies a patch to everything that it is for.
fn apply(patch: &Value, folder: &str, files: &Files<'_>, objects: &mut Vec<Object>) -> Result<(), String> {
    let inline: Vec<Value>;
    let documents: Vec<&Value> = if let Some(text) = patch.at("patch").as_str() {
        inline = serde_saphyr::from_multiple(text).map_err(|error| format!("a patch is no YAML: {error}"))?;
        inline.iter().collect()
    } else {
        let path = joined(folder, patch.at("path").text());
        files.get(path.as_str()).cloned().ok_or_else(|| format!("there is no `{path}`"))?
    };
    for document in documents {
        let target = patch.at("target");
        let is_for = |object: &Object| match target.is_given() {
            true => ["kind", "name"].iter().all(|key| {
                let wanted = target.at(key).text();
                let found = if *key == "kind" { object.kind() } else { object.name() };
                wanted.is_empty() || wanted == found || wanted == ".*"
            }),
            false => {
                object.kind() == document.at("kind").text() && object.name() == document.at("metadata.name").text()
            }
        };
        if !objects.iter().any(&is_for) {
            return Err(format!("a patch for {target} {} changes nothing", document.at("metadata.name")));
        }
        if document.at("$patch").text() == "delete" {
            objects.retain(|object| !is_for(object));
            continue;
        }
        for object in objects.iter_mut().filter(|object| is_for(object)) {
            match document.as_array() {
                Some(steps) => steps.iter().try_for_each(|step| take(step, &mut object.tree))?,
                None => merge(&mut object.tree, document, ""),
            }
        }
    }
    Ok(())
}

/// One step of a JSON patch.
fn take(step: &Value, tree: &mut Value) -> Result<(), String> {
    let path = step.at("path").text();
    let (above, last) = path.rsplit_once('/').ok_or_else(|| format!("`{path}` is no path"))?;
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = tree.pointer_mut(above).ok_or_else(|| format!("`{above}` is not there"))?;
    let value = step.at("value").clone();
    match (step.at("op").text(), parent) {
        ("add" | "replace", Value::Object(map)) => drop(map.insert(last, value)),
        ("remove", Value::Object(map)) => drop(map.remove(&last).ok_or_else(|| format!("`{path}` is not there"))?),
        ("add", Value::Array(items)) if last == "-" => items.push(value),
        (op, Value::Array(items)) => {
            let place: usize = last.parse().map_err(|_| format!("`{path}` is no place"))?;
            match op {
                "add" => items.insert(place, value),
                "replace" => items[place] = value,
                "remove" => drop(items.remove(place)),
                other => return Err(format!("`{other}` is not known to this reader")),
            }
        }
        (other, _) => return Err(format!("`{other}` is not known to this reader")),
    }
    Ok(())
}

/// By which field the items of a list are told apart; lists of other kinds are replaced as a whole.
fn key_of(list: &str, items: &[Value]) -> Option<&'static str> {
    let given = |key: &'static str| items.iter().all(|it| it.get(key).is_some()).then_some(key);
    match list {
        "containers" | "initContainers" | "env" | "volumes" | "imagePullSecrets" => Some("name"),
        "volumeMounts" => Some("mountPath"),
        "ports" => given("containerPort").or_else(|| given("port")),
        "topologySpreadConstraints" => Some("topologyKey"),
        _ => None,
    }
}

/// Whether an item says that its list takes the other's place.
fn replaces(item: &Value) -> bool {
    item.at("$patch").text() == "replace"
}

/// A strategic merge: mappings entry by entry, lists of named things thing by thing, all else replaced.
fn merge(into: &mut Value, patch: &Value, name: &str) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    into.remove(key);
                } else if let Some(known) = into.get_mut(key) {
                    merge(known, value, key);
                } else {
                    into.insert(key.clone(), value.clone());
                }
            }
        }
        (Value::Array(into), Value::Array(patch)) if patch.iter().any(replaces) => {
            *into = patch.iter().filter(|item| !replaces(item)).cloned().collect();
        }
        (Value::Array(into), Value::Array(patch)) if key_of(name, patch).is_some() => {
            let key = key_of(name, patch).unwrap_or_default();
            for item in patch {
                let place = into.iter().position(|known| known[key] == item[key]);
                match (place, item.at("$patch").text()) {
                    (Some(place), "delete") => drop(into.remove(place)),
                    (Some(place), _) => merge(&mut into[place], item, ""),
                    (None, _) => into.push(item.clone()),
                }
            }
        }
        (into, patch) => patch.clone_into(into),
    }
}

/// What is said of all objects: their namespace, their labels, their images, how many there are.
fn finish(kustomization: &Value, objects: &mut [Object]) {
    for object in objects {
        if let Some(namespace) = kustomization.at("namespace").as_str().filter(|_| object.kind() != "Namespace") {
            object.tree["metadata"]["namespace"] = namespace.into();
        }
        for set in kustomization.at("labels").items() {
            merge(&mut object.tree, &json!({ "metadata": { "labels": set.at("pairs") } }), "");
            if set.at("includeTemplates") == &Value::Bool(true) && object.tree.pointer("/spec/template").is_some() {
                merge(
                    &mut object.tree,
                    &json!({ "spec": { "template": { "metadata": { "labels": set.at("pairs") } } } }),
                    "",
                );
            }
        }
        let count = kustomization.at("replicas").items().iter().find(|it| it.at("name").text() == object.name());
        if let Some(count) = count.filter(|_| object.runs_on()) {
            object.tree["spec"]["replicas"] = count.at("count").clone();
        }
        for image in kustomization.at("images").items() {
            rename(&mut object.tree, image);
        }
    }
}

fn rename(tree: &mut Value, image: &Value) {
    match tree {
        Value::Array(items) => items.iter_mut().for_each(|it| rename(it, image)),
        Value::Object(map) => {
            for (key, value) in map {
                let name = value.text().split([':', '@']).next().unwrap_or_default().to_owned();
                if key == "image" && name == image.at("name").text() {
                    let name = image.at("newName").plain().unwrap_or(name);
                    let tag = image.at("newTag").plain().map(|tag| format!(":{tag}"));
                    *value = format!("{name}{}", tag.unwrap_or_default()).into();
                } else {
                    rename(value, image);
                }
            }
        }
        _ => {}
    }
}
