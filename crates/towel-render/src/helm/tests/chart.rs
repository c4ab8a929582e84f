//! What every chart promises, read without Helm.

use serde_json::Value;

use super::objects::documents;
use super::sample::{contrasts, files, random, sample};
use crate::{Product, Target};

fn contents(product: &Product, ending: &str) -> String {
    let file = files(product).into_iter().find(|file| file.path.ends_with(ending));
    file.unwrap_or_else(|| panic!("there is no {ending}")).contents
}

fn values(product: &Product, file: &str) -> Value {
    documents(&contents(product, file)).pop().unwrap()
}

#[test]
fn there_is_no_chart_without_a_cluster() {
    let text = "towel: 1\nname: small\nservices:\n  api: { run: ./api, port: 3000, health: { ready: / } }\n";
    let product = crate::ownership::product(text, None).unwrap();
    assert!(crate::render(&product, &[Target::Helm]).files.is_empty());
}

#[test]
fn a_chart_has_a_template_for_each_part_and_values_for_each_environment() {
    let paths: Vec<String> = files(&sample()).into_iter().map(|file| file.path).collect();
    for path in ["Chart.yaml", ".helmignore", "values.yaml", "values-staging.yaml", "values-production.yaml"] {
        assert!(paths.contains(&format!("deploy/helm/shop/{path}")), "{path} is not in {paths:?}");
    }
    for template in ["_helpers.tpl", "NOTES.txt", "api.yaml", "database.yaml", "network.yaml", "namespace.yaml"] {
        assert!(paths.contains(&format!("deploy/helm/shop/templates/{template}")), "{template} is not in {paths:?}");
    }
    assert!(!paths.iter().any(|path| path.contains("values-dev")), "a machine is no cluster");
}

#[test]
fn values_have_what_people_change() {
    let values = values(&sample(), "/values.yaml");
    let api = &values["services"]["api"];
    assert_eq!(api["image"]["repository"], "ghcr.io/example/shop-api");
    assert_eq!(api["image"]["tag"], "unreleased");
    assert_eq!((&api["autoscaling"]["minReplicas"], &api["autoscaling"]["cpu"]), (&4.into(), &70.into()));
    assert_eq!(api["resources"]["limits"]["memory"], "512Mi");
    assert_eq!(api["host"], "api.shop.example");
    assert_eq!(api["env"]["NODE_ENV"], "production");
    assert_eq!(values["datastores"]["database"]["storage"], "20Gi");
    assert_eq!(values["datastores"]["database"]["maxConnections"], 300);
}

#[test]
fn an_environment_says_only_what_differs() {
    let staging = values(&sample(), "/values-staging.yaml");
    assert_eq!(staging["services"]["api"]["autoscaling"]["minReplicas"], 2);
    assert_eq!(staging["services"]["api"]["host"], "api.staging.shop.example");
    assert_eq!(staging["services"]["api"].get("image"), None);
    assert_eq!(values(&sample(), "/values-production.yaml"), serde_json::json!({}));
}

#[test]
fn no_template_keeps_a_mark_and_none_mistakes_a_text_for_an_expression() {
    let check = |name: &str, product: &Product| {
        for file in files(product) {
            let marked = file.contents.contains(['\u{fdd0}', '\u{fdd1}']);
            assert!(!marked, "{name}: {} has a mark left:\n{}", file.path, file.contents);
        }
    };
    check("sample", &sample());
    check("contrasts", &contrasts());
    random(40).for_each(|(name, product)| check(&name, &product));
    let text = "towel: 1\nname: small\nenvironments:\n  staging: { class: staging, engine: kubernetes, context: c }\n\
                services:\n  api: { description: \"{{ .Oops }}\", image: \"a.example/api:${version}\", port: 3000, \
                health: { ready: / } }\n";
    let product = crate::ownership::product(text, None).expect("it passes `check`");
    let template = contents(&product, "templates/api.yaml");
    assert!(template.contains("{{ \"{{\" }} .Oops }}"), "{template}");
}

#[test]
fn the_schema_knows_every_value() {
    fn knows(schema: &Value, value: &Value, path: &str) {
        let Some(properties) = schema["properties"].as_object() else { return };
        for (key, value) in value.as_object().into_iter().flatten() {
            let schema = properties.get(key).unwrap_or_else(|| panic!("{path}.{key} is unknown"));
            assert_eq!(schema["additionalProperties"] == false, schema["properties"].is_object(), "{path}.{key}");
            knows(schema, value, &format!("{path}.{key}"));
        }
    }
    for product in [sample(), contrasts()] {
        let schema: Value = serde_json::from_str(&contents(&product, "values.schema.json")).unwrap();
        knows(&schema, &values(&product, "/values.yaml"), "");
        for stack in product.clustered() {
            knows(&schema, &values(&product, &format!("/values-{}.yaml", stack.environment.name.as_str())), "");
        }
    }
}
