//! Every overlay, applied to its base, is what the objects of its environment are.

use towel_testkit::random::product_of;

use super::apply::applied;
use super::difference::assert_same;
use super::finish::finished;
use super::read::{documents, files};
use super::sample::{examples, large, sample};
use crate::Product;
use crate::ownership::product;

fn check(name: &str, product: &Product) {
    let files = files(product);
    for stack in product.clustered() {
        let environment = stack.environment.name.as_str();
        assert_same(&format!("{name}, {environment}"), &applied(&files, environment), &finished(stack));
    }
}

#[test]
fn an_overlay_and_its_base_are_the_objects_of_an_environment() {
    check("sample", &sample());
    examples().iter().for_each(|(name, product)| check(name, product));
}

#[test]
fn overlays_of_random_products_are_the_objects_of_their_environments() {
    let mut seen = 0;
    for seed in 0..40 {
        let Some(product) = product(&product_of(seed), None) else { continue };
        seen += product.clustered().count();
        check(&format!("seed {seed}"), &product);
    }
    assert!(seen > 20, "only {seen} environments of clusters among them");
}

#[test]
fn the_base_holds_what_is_the_same_and_patches_only_what_is_not() {
    let files = files(&sample());
    let of = |path: &str| {
        let path = format!("deploy/kubernetes/{path}");
        files.iter().find(|file| file.path == path).map(|file| file.contents.as_str())
    };
    // The same in both environments, but for its host and its count.
    let kinds =
        |text: &str| documents(text).iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        kinds(of("base/admin.yaml").unwrap()),
        ["ServiceAccount", "Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy"]
    );
    assert_eq!(kinds(of("overlays/production/admin.yaml").unwrap()), ["Ingress"]);
    assert_eq!(kinds(of("overlays/staging/admin.yaml").unwrap()), ["HTTPRoute"]);
    assert!(of("overlays/staging/patches/api.yaml").is_none(), "the base has what the first environment has");
    // What only one environment has is not in the base.
    assert!(of("base/report.yaml").is_none() && of("overlays/production/report.yaml").is_some());
    assert!(of("base/namespace.yaml").is_none() && of("overlays/production/namespace.yaml").is_some());
    let production = documents(of("overlays/production/kustomization.yaml").unwrap()).remove(0);
    assert_eq!(production["namespace"], "shop");
    let images = production["images"].as_array().unwrap();
    let moved = images.iter().find(|it| it["name"] == "ghcr.io/example/web").unwrap();
    assert_eq!(
        (moved["newName"].as_str(), moved["newTag"].as_str()),
        (Some("registry.example:5000/shop/web"), Some("v-unreleased"))
    );
}

#[test]
fn services_of_one_image_are_shipped_one_by_one() {
    let files = files(&sample());
    let path = "deploy/kubernetes/overlays/staging/kustomization.yaml";
    let file = files.iter().find(|file| file.path == path).unwrap();
    let settings = documents(&file.contents).remove(0);
    let names: Vec<&str> =
        settings["images"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ghcr.io/example/shop", "ghcr.io/example/shop/worker", "ghcr.io/example/web"]);
}

#[test]
fn parts_written_side_by_side_come_in_the_order_of_the_file() {
    let files = files(&large(300));
    let overlay = files.iter().find(|file| file.path == "deploy/kubernetes/base/kustomization.yaml").unwrap();
    let resources = documents(&overlay.contents).remove(0)["resources"].clone();
    let of_services = resources.as_array().unwrap().iter().filter_map(|it| it.as_str()?.strip_prefix("service-"));
    let order: Vec<usize> = of_services.map(|it| it.trim_end_matches(".yaml").parse().unwrap()).collect();
    assert_eq!(order, (0..300).collect::<Vec<_>>());
}

#[test]
fn the_same_product_gives_the_same_bytes() {
    let texts = || files(&sample()).into_iter().map(|file| (file.path, file.contents)).collect::<Vec<_>>();
    assert_eq!(texts(), texts());
}
