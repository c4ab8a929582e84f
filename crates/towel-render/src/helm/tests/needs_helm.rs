//! `helm lint` and `helm template`: a chart is sound, and its objects are those of each environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::difference::assert_same;
use super::objects::{by_id, documents, wanted};
use super::sample::{contrasts, files, random, sample};
use crate::{Product, names};

/// Helm takes the cluster for an ancient one where none is at hand.
const CLUSTER: [&str; 2] = ["--kube-version", "1.30.0"];

/// Among the tools of CI, or installed.
#[allow(clippy::disallowed_methods, reason = "tools are where the environment says")]
fn helm(arguments: &[&str], chart: &Path) -> Output {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let tools = std::env::var_os("TOWEL_TOOLS").map_or_else(|| home.join(".cache/towel-tools"), PathBuf::from);
    let own = tools.join("bin/helm");
    let program = if own.is_file() { own } else { PathBuf::from("helm") };
    Command::new(program).args(arguments).args(CLUSTER).arg(chart).output().expect("helm is needed")
}

fn accepted(arguments: &[&str], chart: &Path) -> String {
    let output = helm(arguments, chart);
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "helm {arguments:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// The folder of the product's chart.
fn written(product: &Product) -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    for file in files(product) {
        let path = root.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.contents).unwrap();
    }
    let chart = root.path().join("deploy/helm").join(product.name());
    (root, chart)
}

fn check(name: &str, product: &Product) {
    let (_root, chart) = written(product);
    for stack in product.clustered() {
        let environment = stack.environment.name.as_str();
        let values = chart.join(format!("values-{environment}.yaml")).display().to_string();
        let told = accepted(&["lint", "--strict", "--values", &values], &chart);
        assert!(!told.contains("[WARNING]"), "{name}: {told}");
        let namespace = names::namespace(stack);
        let given = ["--namespace", &namespace, "--values", &values, "--set", "namespace.create=true"];
        let text = accepted(&[&["template", product.name()], &given[..]].concat(), &chart);
        assert_same(&format!("{name}, {environment}"), &by_id(documents(&text)), &wanted(stack));
    }
}

#[test]
#[ignore = "needs helm"]
fn needs_helm_a_chart_gives_exactly_the_objects_of_each_environment() {
    check("sample", &sample());
    check("contrasts", &contrasts());
}

#[test]
#[ignore = "needs helm"]
fn needs_helm_charts_of_random_products_give_the_objects_of_their_environments() {
    let mut seen = 0;
    for (name, product) in random(24) {
        check(&name, &product);
        seen += product.clustered().count();
    }
    assert!(seen > 10, "only {seen} environments of clusters among them");
}

#[test]
#[ignore = "needs helm"]
fn needs_helm_a_chart_without_a_file_of_values_is_the_strictest_environment() {
    let product = contrasts();
    let (_root, chart) = written(&product);
    let strictest = product.clustered().find(|stack| stack.environment.name.as_str() == "production").unwrap();
    let namespace = names::namespace(strictest);
    let text =
        accepted(&["template", product.name(), "--namespace", &namespace, "--set", "namespace.create=true"], &chart);
    assert_same("production", &by_id(documents(&text)), &wanted(strictest));
}

#[test]
#[ignore = "needs helm"]
fn needs_helm_a_release_is_a_tag_and_what_the_chart_does_not_know_is_refused() {
    let (_root, chart) = written(&sample());
    let text = accepted(&["template", "shop", "--set-string", "services.api.image.tag=1.4.2"], &chart);
    assert!(text.contains("image: \"ghcr.io/example/shop-api:1.4.2\""), "{text}");
    assert!(text.contains("image: \"ghcr.io/example/shop-web:unreleased\""), "the others stay");
    for wrong in ["services.api.image.tga=1", "services.api.image.tag=", "services.api.env.LEVEL=3", "other=1"] {
        let output = helm(&["template", "shop", "--set", wrong], &chart);
        assert!(!output.status.success(), "{wrong} is taken");
    }
}

#[test]
#[ignore = "needs helm"]
fn needs_helm_a_changed_variable_is_a_new_config_map() {
    let (_root, chart) = written(&sample());
    let names = |more: &[&str]| {
        let text = accepted(&[&["template", "shop"], more].concat(), &chart);
        let all = by_id(documents(&text)).into_keys().filter(|id| id.starts_with("ConfigMap/api-env-"));
        all.collect::<Vec<_>>()
    };
    let (before, after) = (names(&[]), names(&["--set", "services.api.env.NODE_ENV=test"]));
    assert!(before.len() == 1 && after.len() == 1 && before != after, "{before:?} {after:?}");
}
