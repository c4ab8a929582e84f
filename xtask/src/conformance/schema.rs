//! The published JSON Schema, held against descriptions as an editor would.

use anyhow::{Context, Result, bail};
use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Map, Number, Value};
use towel_source::{Node, Sources, Style, Value as Yaml};

/// A compiled schema.
pub(super) struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub(super) fn compile(schema: Value) -> Result<Self> {
        const NAME: &str = "towel.schema.json";
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(NAME, schema).map_err(|error| anyhow::anyhow!("{error}"))?;
        let index = compiler.compile(NAME, &mut schemas).map_err(|error| anyhow::anyhow!("{error:#}"))?;
        Ok(Self { schemas, index })
    }

    /// What the schema has against a description.
    pub(super) fn refuse(&self, description: &str) -> Result<Option<String>> {
        let value = value(description)?;
        Ok(self.schemas.validate(&value, self.index).err().map(|error| format!("{error:#}")))
    }
}

/// A YAML text as JSON.
pub(super) fn value(text: &str) -> Result<Value> {
    let mut sources = Sources::default();
    let file = sources.add("towel.yaml", text);
    let (root, faults) = towel_source::parse(sources.get(file).context("the file was just added")?);
    match root {
        Some(root) if faults.is_empty() => Ok(json(&root)),
        _faulty => bail!("not YAML: {faults:?}"),
    }
}

fn json(node: &Node) -> Value {
    match &node.value {
        Yaml::Null => Value::Null,
        Yaml::Scalar(scalar) if scalar.style == Style::Plain => plain(&scalar.text),
        Yaml::Scalar(scalar) => Value::String(scalar.text.clone()),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(mapping) => mapping
            .entries()
            .iter()
            .map(|entry| (entry.key.to_string(), json(&entry.value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// What YAML 1.2's core schema makes of a plain scalar, which is what editors go by.
fn plain(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => (),
    }
    if let Ok(number) = text.parse::<i64>() {
        return number.into();
    }
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text.ends_with(|c: char| c.is_ascii_digit());
    let float = text.parse::<f64>().ok().filter(|_| numeric).and_then(Number::from_f64);
    float.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_typed_as_editors_do() {
        let text = "a: 1\nb: 1.5\nc: \"1\"\nd: true\ne: 30s\nf:\ng: [x, -2]\n";
        let expected = json!({ "a": 1, "b": 1.5, "c": "1", "d": true, "e": "30s", "f": null, "g": ["x", -2] });
        assert_eq!(value(text).unwrap(), expected);
    }

    #[test]
    fn a_description_against_the_schema_is_refused() {
        let schema = Schema::compile(json!({ "type": "object", "required": ["towel"] })).unwrap();
        assert!(schema.refuse("towel: 1\n").unwrap().is_none());
        assert!(schema.refuse("name: x\n").unwrap().unwrap().contains("towel"));
        assert!(schema.refuse("a: [\n").is_err());
    }
}
