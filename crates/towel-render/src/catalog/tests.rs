//! Tests of the catalogue: references lead to entities, names fit, and Score files speak only of resources they declare.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ownership::product;
use crate::{File, Target, render};

const SHOP: &str = include_str!("../../tests/render/sample.yaml");

fn files(text: &str) -> Vec<File> {
    render(&product(text, None).unwrap(), &[Target::Catalog]).files
}

fn entities(text: &str) -> Vec<Value> {
    let files = files(text);
    let catalog = files.iter().find(|file| file.path == "catalog-info.yaml").unwrap();
    catalog.contents.split("\n---\n").map(|document| serde_saphyr::from_str(document).unwrap()).collect()
}

fn references(entities: &[Value]) -> BTreeSet<String> {
    let name = |entity: &Value| {
        format!(
            "{}:default/{}",
            entity["kind"].as_str().unwrap().to_lowercase(),
            entity["metadata"]["name"].as_str().unwrap()
        )
    };
    let all: BTreeSet<String> = entities.iter().map(name).collect();
    assert_eq!(all.len(), entities.len(), "two entities have one name");
    all
}

fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    value["spec"][key].as_array().into_iter().flatten().map(|it| it.as_str().unwrap()).collect()
}

fn lead_somewhere(text: &str) {
    let entities = entities(text);
    let known = references(&entities);
    for entity in &entities {
        let name = &entity["metadata"]["name"];
        assert!(name.as_str().unwrap().len() <= 63, "{name}");
        for reference in texts(entity, "dependsOn") {
            assert!(known.contains(reference), "{name} depends on {reference}");
        }
        for api in texts(entity, "consumesApis").into_iter().chain(texts(entity, "providesApis")) {
            assert!(known.contains(&format!("api:default/{api}")), "{name}: {api}");
        }
        if entity["kind"] != "Group" {
            let owner = entity["spec"]["owner"].as_str().unwrap();
            assert!(known.contains(&format!("group:default/{owner}")), "{name} belongs to {owner}");
        }
        if ["Component", "API", "Resource"].contains(&entity["kind"].as_str().unwrap()) {
            let system = entity["spec"]["system"].as_str().unwrap();
            assert!(known.contains(&format!("system:default/{system}")), "{name} is part of {system}");
        }
    }
}

#[test]
fn every_reference_leads_to_an_entity() {
    lead_somewhere(SHOP);
}

#[test]
fn a_product_without_an_owner_has_one_that_says_so() {
    lead_somewhere("towel: 1\nname: p\nservices: { api: { run: ./api, port: 3000 } }");
}

#[test]
fn long_names_are_cut_and_stay_different() {
    lead_somewhere(&SHOP.replace("  app: {", &format!("  {}: {{", "app-".repeat(15) + "end")));
}

#[test]
fn a_score_file_declares_each_resource_that_it_speaks_of() {
    for file in files(SHOP).iter().filter(|file| file.path.starts_with("deploy/score/")) {
        let score: Value = serde_saphyr::from_str(&file.contents).unwrap();
        let declared = score["resources"].as_object().cloned().unwrap_or_default();
        for used in file.contents.split("${resources.").skip(1) {
            let name = used.split('.').next().unwrap();
            assert!(declared.contains_key(name), "{}: {name}", file.path);
        }
    }
}

#[test]
fn the_score_file_of_a_service() {
    let files = files(SHOP);
    let web = files.iter().find(|file| file.path == "deploy/score/web.yaml").unwrap();
    insta::assert_snapshot!(web.contents, @r#"
    # Rendered by towel from towel.yaml (services.web). Edits are merged, never overwritten.
    apiVersion: score.dev/v1b1
    metadata:
      name: web

    containers:
      web:
        # `--image ghcr.io/example/shop-web:$WEB_VERSION`
        image: "."
        variables:
          API_URL: http://${resources.api.hostname}:${resources.api.port}
        readinessProbe:
          httpGet:
            path: /
            port: 3000
    service:
      ports:
        http:
          port: 3000
          targetPort: 3000
          protocol: TCP
    resources:
      # Secrets, and what differs between environments: `score-compose generate --env-file`.
      env:
        type: environment
      api:
        type: service-port
        params:
          workload: api
          port: http
      route:
        type: route
        params:
          host: ${resources.env.DOMAIN}
          path: /
          port: 3000
    "#);
}
