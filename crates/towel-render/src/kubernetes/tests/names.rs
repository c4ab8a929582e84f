//! Names that clash with ours, are as long as they may be, or are more than a Gateway takes.

use std::fmt::Write;

use super::apply::applied;
use super::difference::assert_same;
use super::finish::finished;
use super::read::files;
use crate::Product;
use crate::ownership::product;

const HEAD: &str = "towel: 1
name: shop
environments:
  staging: { class: staging, engine: kubernetes, context: a, namespace: shop-staging, domain: staging.shop.example }
  other: { class: staging, engine: kubernetes, context: b, namespace: shop-other, domain: other.shop.example }
";

fn check(text: &str) -> Product {
    let product = product(text, None).expect("it passes `check`");
    let files = files(&product);
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), files.len(), "a file is written twice");
    for stack in product.clustered() {
        let environment = stack.environment.name.as_str();
        let objects = finished(stack);
        assert_same(environment, &applied(&files, environment), &objects);
        for object in objects.values() {
            let labels = object["metadata"]["labels"].as_object().unwrap();
            labels.values().for_each(|label| assert!(label.as_str().unwrap().len() <= 63, "{label}"));
        }
    }
    product
}

#[test]
fn parts_may_be_called_like_something_of_ours() {
    let mut text = HEAD.to_owned() + "services:\n";
    let names = [
        "namespace",
        "network",
        "access",
        "gateway",
        "kustomization",
        "shop",
        "towel-deployer",
        "https-redirect",
        "deny",
        "acme-solver",
        "default-deny",
        "data-backup",
        "data-initiate",
    ];
    for (place, name) in names.iter().enumerate() {
        writeln!(
            text,
            "  {name}: {{ image: \"ghcr.io/example/{name}:${{version}}\", port: 3000, health: {{ ready: /ready }}, needs: [data], \
             env: {{ URL: \"${{data.url}}\" }}, expose: {{ host: \"s{place}.${{env.domain}}\" }} }}"
        )
        .unwrap();
    }
    text.push_str("datastores:\n  data: { kind: mongodb, version: \"7.0\", replicas: 3, storage: 1Gi, backup: { every: 6h, keep: { daily: 7 }, to: [away] } }\n");
    text.push_str("backup_stores:\n  away: { s3: away, region: eu-west-3, offsite: true }\n");
    check(&text);
}

#[test]
fn names_may_be_as_long_as_the_language_allows() {
    let long = |letter: char, count: usize| std::iter::repeat_n(letter, count).collect::<String>();
    let (service, data, other, store) = (long('s', 63), long('d', 45), long('m', 52), long('b', 63));
    let text = format!(
        "{HEAD}services:
  {service}: {{ image: \"ghcr.io/example/long:${{version}}\", port: 3000, health: {{ ready: /ready }}, needs: [{data}, {other}], env: {{ URL: \"${{{data}.url}}\" }} }}
datastores:
  {data}: {{ kind: mongodb, version: \"7.0\", storage: 1Gi, backup: {{ every: 6h, keep: {{ daily: 7 }}, to: [{store}] }} }}
  {other}: {{ kind: mongodb, version: \"7.0\", storage: 1Gi }}
backup_stores:
  {store}: {{ path: /var/backups, offsite: true }}
"
    );
    let product = check(&text);
    for (id, object) in finished(product.first()) {
        let (kind, name) = id.split_once('/').unwrap();
        let most = match kind {
            "CronJob" | "StatefulSet" => 52,
            "Service" | "Job" | "Deployment" => 63,
            _ => 253,
        };
        assert!(name.len() <= most, "{id} has {} characters", name.len());
        let spec =
            ["/spec/template/spec", "/spec/jobTemplate/spec/template/spec"].iter().find_map(|it| object.pointer(it));
        let containers = spec.into_iter().flat_map(|spec| spec["containers"].as_array().unwrap());
        containers.for_each(|it| assert!(it["name"].as_str().unwrap().len() <= 63, "{}", it["name"]));
    }
}

#[test]
fn more_hosts_than_a_gateway_takes_have_another() {
    let mut text = HEAD.to_owned() + "services:\n";
    for place in 0..70 {
        writeln!(
            text,
            "  s{place}: {{ image: \"ghcr.io/example/s{place}:${{version}}\", port: 3000, health: {{ ready: /ready }}, \
             expose: {{ host: \"s{place}.${{env.domain}}\" }} }}"
        )
        .unwrap();
    }
    let product = check(&text);
    let objects = finished(product.first());
    let listeners = |name: &str| objects[&format!("Gateway/{name}")]["spec"]["listeners"].as_array().unwrap().len();
    assert_eq!((listeners("shop"), listeners("shop-2")), (64, 8));
    assert_eq!(objects["HTTPRoute/s69"]["spec"]["parentRefs"][0]["name"], "shop-2");
}
