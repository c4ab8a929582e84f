//! The JSON Schema: it accepts what reading accepts and refuses what it can see to be wrong.

use std::sync::LazyLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Map, Number, Value, json};
use towel_model::{CODES, schema};
use towel_source::{Node, Scalar, Sources, Style, parse};

const EXAMPLE: &str = include_str!("../language.yaml");

/// What an editor makes of a YAML text: plain scalars are typed by the core schema of YAML 1.2.
fn as_editors_see_it(text: &str) -> Value {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    json_of(&parse(sources.get(file).unwrap()).0.unwrap())
}

fn json_of(node: &Node) -> Value {
    match &node.value {
        towel_source::Value::Null => Value::Null,
        towel_source::Value::Scalar(scalar) => scalar_of(scalar),
        towel_source::Value::Sequence(items) => items.iter().map(json_of).collect(),
        towel_source::Value::Mapping(mapping) => {
            let entries = mapping.entries().iter().map(|entry| (entry.key.value.clone(), json_of(&entry.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

fn scalar_of(scalar: &Scalar) -> Value {
    let text = scalar.text.as_str();
    if scalar.style != Style::Plain {
        return json!(text);
    }
    match text {
        "true" | "True" | "TRUE" => json!(true),
        "false" | "False" | "FALSE" => json!(false),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => json!(number),
            (_, Ok(number)) if text.bytes().all(|byte| byte.is_ascii_digit() || b".-+eE".contains(&byte)) => {
                Number::from_f64(number).map_or(Value::Null, Value::Number)
            }
            _ => json!(text),
        },
    }
}

/// The compiled schema.
static COMPILED: LazyLock<(Schemas, SchemaIndex)> = LazyLock::new(|| {
    let mut compiler = Compiler::new();
    compiler.add_resource("mem:/towel.schema.json", schema()).unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile("mem:/towel.schema.json", &mut schemas).unwrap();
    (schemas, index)
});

fn faults(text: &str) -> Option<String> {
    let (schemas, index) = &*COMPILED;
    schemas.validate(&as_editors_see_it(text), *index).err().map(|error| format!("{error}"))
}

#[test]
fn the_example_of_the_language_is_valid() {
    assert_eq!(faults(EXAMPLE), None);
}

#[test]
fn the_good_examples_of_the_pages_are_valid() {
    for (code, _, page) in CODES {
        let Some((_, good)) = page.split_once("```yaml good\n") else { continue };
        assert_eq!(faults(good.split_once("```").unwrap().0), None, "{code}");
    }
}

#[test]
fn the_products_under_examples_are_valid() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().join("towel.yaml");
        if path.is_file() {
            assert_eq!(faults(&std::fs::read_to_string(&path).unwrap()), None, "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 6, "{read}");
}

#[test]
fn restated_fields_may_be_null_and_lack_required_keys() {
    let base = "towel: 1\nname: shop\nenvironments:\n  dev:\n    services:\n      api: { replicas: 1..3, slo: null, expose: { sticky: true } }\n      worker: null\n    datastores: { db: { storage: 5Gi } }\nservices: { api: { run: ./api } }\n";
    assert_eq!(faults(base), None);
}

#[test]
fn keys_of_the_writer_are_free() {
    assert_eq!(
        faults("towel: 1\nname: shop\nx-note: [1]\nservices: { x-base: 5, api: { x-a: {}, run: ./api } }\n"),
        None
    );
}

#[test]
fn what_is_wrong_is_refused() {
    let api = |body: &str| format!("towel: 1\nname: shop\nservices: {{ api: {{ {body} }} }}\n");
    for body in [
        "drain: 20",
        "drain: soon",
        "port: \"80\"",
        "port: 70000",
        "repilcas: 3",
        "expose: { sticky: yes, host: a }",
        "expose: { sticky: true }",
        "rollout: { strategy: blue-green }",
        "resources: { memory: 256MB }",
        "slo: { availability: 99.9 }",
        "slo: { latency: { 95: 1s } }",
        "health: { ready: ready }",
        "env: { A-B: 1 }",
        "needs: db",
        "replicas: 3-10",
        "metrics: metrics",
        "metrics: { buckets: [0.1] }",
        "metrics: { requests: http-requests }",
    ] {
        assert!(faults(&api(body)).is_some(), "{body}");
    }
    assert!(faults("name: shop\n").is_some());
    assert!(faults("towel: 1\nname: Shop Floor\n").is_some());
    assert!(faults("towel: 1\nname: shop\nbudget: 900\n").is_some());
    assert!(faults("towel: 1\nname: shop\ndatastores: { db: { kind: oracle } }\n").is_some());
    assert!(faults("towel: 1\nname: shop\ndatastores: { db: { kind: postgres, managed: { by: gcp } } }\n").is_some());
    assert!(faults("towel: 1\nname: shop\nclients: { app: { stack: flutter } }\n").is_some());
    assert!(faults("towel: 1\nname: shop\nmail: { from: a@b, server: smtp }\n").is_some());
}

#[test]
fn every_key_has_a_description() {
    let schema = schema();
    let tables = schema["$defs"].as_object().unwrap();
    assert!(tables.len() > 30, "{}", tables.len());
    for (name, table) in tables.iter().chain([(&"towel.yaml".to_owned(), &schema)]) {
        assert!(!table["description"].as_str().unwrap().is_empty(), "{name}");
        for (key, property) in table["properties"].as_object().unwrap() {
            assert!(property["description"].as_str().is_some_and(|text| text.ends_with('.')), "{name}.{key}");
        }
    }
}

#[test]
fn the_reference_names_every_mapping_once() {
    let reference = towel_model::reference();
    let titles: Vec<&str> = reference.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let mut unique = titles.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), titles.len());
    assert!(titles.contains(&"service") && titles.contains(&"keep") && titles.contains(&"hook"), "{titles:?}");
}
