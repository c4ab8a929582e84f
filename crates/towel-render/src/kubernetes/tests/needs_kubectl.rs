//! `kubectl kustomize` builds each overlay, and what it builds is what the environment's objects are.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::finish::finished;
use super::read::{documents, files, id};
use super::sample::{examples, sample};
use crate::Product;

fn built(folder: &Path) -> String {
    let output = Command::new("kubectl").arg("kustomize").arg(folder).output().expect("kubectl is needed");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.is_empty(), "{}: {told}", folder.display());
    String::from_utf8(output.stdout).unwrap()
}

/// A folder of the test's own with the product's files.
fn written(name: &str, product: &Product) -> PathBuf {
    let root = std::env::temp_dir().join(format!("towel-kubernetes-{}-{name}", std::process::id()));
    for file in files(product) {
        let path = root.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.contents).unwrap();
    }
    root
}

/// The first place where two values differ, and both.
fn difference(found: &Value, wanted: &Value, path: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let inner: Vec<(String, &Value, &Value)> = match (found, wanted) {
        (Value::Object(one), Value::Object(other)) if one.keys().eq(other.keys()) => {
            one.iter().map(|(key, value)| (key.clone(), value, &other[key])).collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.iter().zip(other).enumerate().map(|(place, (one, other))| (place.to_string(), one, other)).collect()
        }
        _ => Vec::new(),
    };
    let mut deeper = inner.into_iter().filter_map(|(key, one, other)| difference(one, other, &format!("{path}/{key}")));
    deeper.next().or_else(|| Some(format!("{path}:\n  built  {found}\n  wanted {wanted}")))
}

fn check(name: &str, product: &Product) {
    let root = written(name, product);
    for stack in product.clustered() {
        let environment = stack.environment.name.as_str();
        let text = built(&root.join("deploy/kubernetes/overlays").join(environment));
        let wanted = finished(stack);
        let mut found = documents(&text);
        for object in &mut found {
            let id = id(object);
            let wanted = wanted.get(&id).unwrap_or_else(|| panic!("{name}, {environment}: {id} is nobody's"));
            let difference = difference(object, wanted, "");
            assert!(difference.is_none(), "{name}, {environment}: {id} differs at {}", difference.unwrap_or_default());
        }
        let ids: Vec<String> = found.iter().map(id).collect();
        let missing: Vec<&String> = wanted.keys().filter(|id| !ids.contains(id)).collect();
        assert!(missing.is_empty(), "{name}, {environment}: {missing:?} are not built");
        assert_eq!(found.len(), wanted.len(), "{name}, {environment}: something is built twice");
    }
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
#[ignore = "needs kubectl"]
fn an_overlay_builds_exactly_the_objects_of_its_environment() {
    check("sample", &sample());
}

#[test]
#[ignore = "needs kubectl"]
fn overlays_of_real_products_build_their_objects() {
    for (name, product) in examples() {
        check(name, &product);
    }
}
