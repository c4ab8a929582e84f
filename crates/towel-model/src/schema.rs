//! The JSON Schema of towel.yaml, made from the declarations of its keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::key::{Choice, Key, Kind, Table};
use crate::product::ProductKeys;
use crate::word::{About, Json};

/// The schema, draft 2020-12. It describes what editors make of the YAML: `2` is a number, `30s` is text. What spans
/// several keys (references, `from` before `to`) is left to reading.
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let root = definitions.table(ProductKeys::TABLE, Mode::Whole);
    let mut schema = Map::new();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("towel.yaml"));
    schema.extend(root.as_object().cloned().unwrap_or_default());
    schema.insert("$defs".into(), definitions.all.into_iter().collect::<Map<String, Value>>().into());
    schema.into()
}

/// Whether a table stands for itself or restates one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Whole,
    /// No key is required, and `null` removes.
    Restated,
}

#[derive(Default)]
struct Definitions {
    all: BTreeMap<String, Value>,
}

impl Definitions {
    /// A reference to a table's definition, which is made when it is first asked for.
    fn refer(&mut self, table: &'static Table, mode: Mode) -> Value {
        let plain = table.name.replace(' ', "_");
        let name = if mode == Mode::Restated { format!("restated_{plain}") } else { plain };
        if !self.all.contains_key(&name) {
            self.all.insert(name.clone(), Value::Null);
            let definition = self.table(table, mode);
            self.all.insert(name.clone(), definition);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn table(&mut self, table: &'static Table, mode: Mode) -> Value {
        let properties: Map<String, Value> =
            table.keys.iter().map(|key| (key.name.to_owned(), self.property(key, mode))).collect();
        let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        let mut schema = json!({
            "description": paragraph(table.doc),
            "type": "object",
            "properties": properties,
            "patternProperties": { "^x-": true },
            "additionalProperties": false,
        });
        if mode == Mode::Whole && !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    fn property(&mut self, key: &Key, mode: Mode) -> Value {
        let kind = (key.kind)();
        let empty = mode == Mode::Restated || matches!(kind, Kind::List(_) | Kind::Map { .. });
        let mut schema = self.kind(&kind, mode);
        if empty {
            schema = or_null(&schema);
        }
        let mut description = paragraph(key.doc);
        if let Some(default) = key.default {
            description.push_str(&format!(" Default: {default}."));
        }
        schema["description"] = json!(description);
        schema
    }

    fn kind(&mut self, kind: &Kind, mode: Mode) -> Value {
        match kind {
            Kind::Word(about) => word(about),
            Kind::Choice(choices) => choice(choices),
            // A list replaces the base's list, so its items are whole.
            Kind::List(item) => json!({ "type": "array", "items": self.kind(item, Mode::Whole) }),
            Kind::Map { key, value } => self.map(key, value, mode),
            Kind::Table(table) => self.refer(table, mode),
            Kind::Restated(table) => self.refer(table, Mode::Restated),
            Kind::Either(kinds) => {
                let any: Vec<Value> = kinds.iter().map(|kind| self.kind(kind, mode)).collect();
                json!({ "anyOf": any })
            }
        }
    }

    fn map(&mut self, key: &About, value: &Kind, mode: Mode) -> Value {
        let nothing = mode == Mode::Restated
            || match value {
                Kind::Table(table) => table.may_be_empty(),
                Kind::Restated(_) => true,
                _ => false,
            };
        let inner = self.kind(value, mode);
        let value = if nothing { or_null(&inner) } else { inner };
        let mut schema = json!({ "type": "object", "additionalProperties": value });
        if let Json::Pattern(form) = &key.json {
            schema["propertyNames"] = json!({ "pattern": format!("^(x-.*|{form})$") });
            schema["patternProperties"] = json!({ "^x-": true });
        }
        schema
    }
}

fn or_null(schema: &Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn word(about: &About) -> Value {
    let mut schema = match &about.json {
        Json::Text => json!({ "type": ["string", "number", "boolean"] }),
        Json::Pattern(form) => json!({ "type": "string", "pattern": format!("^({form})$") }),
        Json::PatternOrNumber(form) => {
            json!({ "anyOf": [{ "type": "string", "pattern": format!("^({form})$") }, { "type": "number", "minimum": 0 }] })
        }
        Json::Integer { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Json::Number => json!({ "type": "number" }),
        Json::Boolean => json!({ "type": "boolean" }),
    };
    if !about.examples.is_empty() && !matches!(about.json, Json::Integer { .. } | Json::Number) {
        schema["examples"] = json!(about.examples);
    }
    schema
}

fn choice(choices: &[Choice]) -> Value {
    let any: Vec<Value> =
        choices.iter().map(|choice| json!({ "const": choice.name, "description": choice.doc })).collect();
    json!({ "oneOf": any })
}

/// Lines of a doc comment as one paragraph.
pub(crate) fn paragraph(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}
