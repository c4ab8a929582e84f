//! `kubectl kustomize` builds each overlay, and what it builds is what the environment's objects are.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::difference::assert_same;
use super::finish::finished;
use super::read::{by_id, documents, files};
use super::sample::{examples, sample};
use crate::Product;

/// Among the tools of CI as kustomize itself, or within an installed kubectl.
#[allow(clippy::disallowed_methods, reason = "tools are where the environment says")]
fn kustomize() -> Command {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let tools = std::env::var_os("TOWEL_TOOLS").map_or_else(|| home.join(".cache/towel-tools"), PathBuf::from);
    let own = tools.join("bin/kustomize");
    let (program, word) = if own.is_file() { (own, "build") } else { (PathBuf::from("kubectl"), "kustomize") };
    let mut command = Command::new(program);
    command.arg(word);
    command
}

fn built(folder: &Path) -> String {
    let output = kustomize().arg(folder).output().expect("kustomize or kubectl is needed");
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

fn check(name: &str, product: &Product) {
    let root = written(name, product);
    for stack in product.clustered() {
        let environment = stack.environment.name.as_str();
        let text = built(&root.join("deploy/kubernetes/overlays").join(environment));
        assert_same(&format!("{name}, {environment}"), &by_id(documents(&text)), &finished(stack));
    }
    std::fs::remove_dir_all(root).unwrap();
}

#[test]
#[ignore = "needs kubectl"]
fn needs_kubectl_an_overlay_builds_exactly_the_objects_of_its_environment() {
    check("sample", &sample());
}

#[test]
#[ignore = "needs kubectl"]
fn needs_kubectl_overlays_of_real_products_build_their_objects() {
    for (name, product) in examples() {
        check(name, &product);
    }
}
