//! Reading of values whose shape may be anything.

use serde_json::{Map, Value};

static NOTHING: Value = Value::Null;

/// Access that finds nothing where there is nothing.
pub(super) trait Tree {
    /// The value at a path of keys with points between them.
    fn at(&self, path: &str) -> &Value;
    /// Its text; empty for anything else.
    fn text(&self) -> &str;
    /// Its items; none for anything else.
    fn items(&self) -> &[Value];
    /// Its entries; none for anything else.
    fn entries(&self) -> impl Iterator<Item = (&str, &Value)>;
    /// Text, numbers and flags as text.
    fn plain(&self) -> Option<String>;
    /// A number, also one that is written as text.
    fn number(&self) -> Option<f64>;
    /// Whether anything stands there.
    fn is_given(&self) -> bool;
    /// All texts in it, however deep.
    fn texts(&self) -> Vec<&str>;
}

impl Tree for Value {
    fn at(&self, path: &str) -> &Value {
        path.split('.').fold(self, |at, key| match at {
            Value::Array(items) => key.parse::<usize>().ok().and_then(|place| items.get(place)).unwrap_or(&NOTHING),
            other => other.get(key).unwrap_or(&NOTHING),
        })
    }

    fn text(&self) -> &str {
        self.as_str().unwrap_or_default()
    }

    fn items(&self) -> &[Value] {
        self.as_array().map_or(&[], Vec::as_slice)
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.as_object().into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
    }

    fn plain(&self) -> Option<String> {
        match self {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    fn number(&self) -> Option<f64> {
        self.as_f64().or_else(|| self.as_str()?.trim().parse().ok())
    }

    fn is_given(&self) -> bool {
        match self {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            Value::Object(entries) => !entries.is_empty(),
            Value::String(text) => !text.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        }
    }

    fn texts(&self) -> Vec<&str> {
        match self {
            Value::String(text) => vec![text],
            Value::Array(items) => items.iter().flat_map(Tree::texts).collect(),
            Value::Object(entries) => entries.values().flat_map(Tree::texts).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
        }
    }
}
