//! The JSON schema of a chart's values: Helm refuses what it does not know before anything reaches a cluster.

use serde_json::{Map, Value, json};

use super::setting::{Setting, default};
use super::value::{Leaf, Node, Section, Shape};
use crate::yaml::Yaml;

/// The schema of all values.
pub(super) fn schema(product: &str, values: &Section, order: &[usize]) -> Value {
    let mut schema = section(values, order);
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = format!("Values of {product}").into();
    schema["definitions"] = definitions();
    schema
}

fn section(values: &Section, order: &[usize]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, node) in &values.entries {
        let (schema, is_required) = match node {
            Node::Section(inner) => (section(inner, order), true),
            Node::Leaf(value) => (leaf(value), is_required(value, order)),
        };
        properties.insert(key.clone(), schema);
        if is_required {
            required.push(Value::from(key.clone()));
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if let Some(comment) = values.comment.as_deref().filter(|it| !it.is_empty()) {
        schema["description"] = comment.into();
    }
    schema
}

fn is_required(leaf: &Leaf, order: &[usize]) -> bool {
    default(&leaf.settings, order).is_some() && !leaf.settings.contains(&Setting::Absent)
}

fn leaf(leaf: &Leaf) -> Value {
    let mut schema = match leaf.shape {
        Shape::Any => any(leaf),
        // Beside a reference, draft 7 ignores everything else.
        shape => json!({ "allOf": [{ "$ref": format!("#/definitions/{}", name(shape)) }] }),
    };
    schema["description"] = leaf.about.clone().into();
    schema
}

fn any(leaf: &Leaf) -> Value {
    let mut types: Vec<&str> = leaf.settings.iter().filter_map(Setting::value).map(kind).collect();
    types.sort_unstable();
    types.dedup();
    match types.as_slice() {
        [one] => json!({ "type": one }),
        several => json!({ "type": several }),
    }
}

fn kind(value: &Yaml) -> &'static str {
    match value {
        Yaml::Null => "null",
        Yaml::Bool(_) => "boolean",
        Yaml::Integer(_) => "integer",
        Yaml::Number(_) => "number",
        Yaml::Text(_) => "string",
        Yaml::List(_) | Yaml::Row(_) => "array",
        Yaml::Map(_) | Yaml::Inline(_) => "object",
    }
}

const fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Any => "any",
        Shape::Count => "count",
        Shape::Digest => "digest",
        Shape::Environment => "env",
        Shape::Host => "host",
        Shape::Percent => "percent",
        Shape::Quantity => "quantity",
        Shape::Repository => "repository",
        Shape::Resources => "resources",
        Shape::Tag => "tag",
    }
}

fn definitions() -> Value {
    let figures = json!({ "type": "object", "additionalProperties": { "$ref": "#/definitions/quantity" } });
    json!({
        "count": { "type": "integer", "minimum": 0 },
        "digest": { "type": "string", "pattern": "^[a-z0-9+._-]+:[0-9a-fA-F]{32,}$" },
        "env": {
            "type": "object",
            "propertyNames": { "pattern": "^[A-Za-z._-][A-Za-z0-9._-]*$" },
            "additionalProperties": { "type": "string" },
        },
        "host": { "type": "string", "pattern": "^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" },
        "percent": { "type": "integer", "minimum": 1, "maximum": 100 },
        "quantity": {
            "type": ["string", "number"],
            "pattern": "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
        },
        "repository": { "type": "string", "minLength": 1, "pattern": "^[^\\s@]+$" },
        "resources": {
            "type": "object",
            "properties": { "limits": figures, "requests": figures },
            "additionalProperties": false,
        },
        "tag": { "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$" },
    })
}
