//! Values in Terraform's language, laid out the way `terraform fmt` leaves them.

use std::fmt::Write;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    /// An expression, as it is.
    Raw(String),
    Row(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn object<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    pub(super) fn maybe(value: Option<Self>) -> Self {
        value.unwrap_or(Self::Null)
    }
}

/// `locals { … }`.
pub(super) fn locals(entries: &[(&str, Value)]) -> String {
    let mut out = String::from("locals {\n");
    let entries: Vec<(String, Value)> = entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    attributes(&entries, 1, &mut out);
    out.push_str("}\n");
    out
}

/// `name = value` lines, as in a `.tfvars` file.
pub(super) fn assignments(entries: &[(&str, Value)]) -> String {
    let mut out = String::new();
    let entries: Vec<(String, Value)> = entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    attributes(&entries, 0, &mut out);
    out
}

/// The equals signs of neighbours that fit on a line stand below each other.
fn attributes(entries: &[(String, Value)], depth: usize, out: &mut String) {
    let mut rest = entries;
    while let Some(((key, value), others)) = rest.split_first() {
        if !fits_on_a_line(value) {
            write!(out, "{:indent$}{} = ", "", written_key(key), indent = depth * 2)
                .expect("a String takes everything");
            write_value(value, depth, out);
            out.push('\n');
            rest = others;
            continue;
        }
        let together = rest.iter().take_while(|(_, value)| fits_on_a_line(value)).count();
        let (group, others) = rest.split_at(together);
        let width = group.iter().map(|(key, _)| written_key(key).chars().count()).max().unwrap_or(0);
        for (key, value) in group {
            write!(out, "{:indent$}{:<width$} = ", "", written_key(key), indent = depth * 2)
                .expect("a String takes everything");
            write_value(value, depth, out);
            out.push('\n');
        }
        rest = others;
    }
}

fn fits_on_a_line(value: &Value) -> bool {
    !matches!(value, Value::Object(entries) if !entries.is_empty())
}

fn write_value(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => out.push_str(&value.to_string()),
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::Raw(expression) => out.push_str(expression),
        Value::Row(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { ", " } else { "" });
                write_value(item, depth, out);
            }
            out.push(']');
        }
        Value::Object(entries) if entries.is_empty() => out.push_str("{}"),
        Value::Object(entries) => {
            out.push_str("{\n");
            attributes(entries, depth + 1, out);
            write!(out, "{:indent$}}}", "", indent = depth * 2).expect("a String takes everything");
        }
    }
}

/// Names that are no identifiers stand in quotes.
fn written_key(key: &str) -> String {
    let mut characters = key.chars();
    let is_name = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'));
    if is_name { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out.push('"');
    // A literal `${` or `%{` would begin an expression.
    out.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_one_line_are_aligned_and_others_are_not() {
        let value = Value::object([
            ("a", Value::Number(1)),
            ("longer", Value::text("${x} \"q\"")),
            ("nested", Value::object([("x-y", Value::Bool(true)), ("0", Value::Null)])),
            ("b", Value::Row(vec![Value::text("z")])),
            ("empty", Value::object::<String>([])),
        ]);
        let expected = "locals {\n  it = {\n    a      = 1\n    longer = \"$${x} \\\"q\\\"\"\n    nested = {\n      x-y = true\n      \"0\" = null\n    }\n    b     = [\"z\"]\n    empty = {}\n  }\n}\n";
        assert_eq!(locals(&[("it", value)]), expected);
    }
}
