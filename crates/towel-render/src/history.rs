//! How `towel.yaml` changed from one rendering to the next, as lines for people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Product;
use crate::ownership::product;

/// What changed between two renderings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The day of the rendering, `2026-11-21`.
    pub date: String,
    /// One change a line.
    pub lines: Vec<String>,
}

impl Entry {
    /// What is different in `now` from the product that `source` described. None when nothing is.
    pub fn between(source: &str, now: &Product, date: &str) -> Option<Self> {
        let before = product(source, None)?;
        let lines = differences(&facts(&before), &facts(now));
        (!lines.is_empty()).then(|| Self { date: date.to_owned(), lines })
    }
}

type Facts = BTreeMap<String, String>;

/// Each value by its path, `production: services.api.replicas.min`.
fn facts(product: &Product) -> BTreeMap<String, Facts> {
    let of = |stack: &towel_model::Stack| {
        let mut found = Facts::new();
        flatten("", &serde_json::to_value(stack).unwrap_or_default(), &mut found);
        found
    };
    product.stacks().iter().map(|stack| (stack.environment.name.to_string(), of(stack))).collect()
}

fn flatten(path: &str, value: &Value, found: &mut Facts) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Null => {}
        // A text with references: its parts only say the same again.
        Value::Object(map) if map.contains_key("parts") && map.contains_key("text") => {
            flatten(path, &map["text"], found);
        }
        Value::Object(map) => map.iter().for_each(|(key, value)| flatten(&below(key), value, found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(place, item)| {
            let name = item.get("name").and_then(Value::as_str).map_or_else(|| place.to_string(), str::to_owned);
            flatten(&below(&name), item, found);
        }),
        Value::String(text) => _ = found.insert(path.to_owned(), text.clone()),
        other => _ = found.insert(path.to_owned(), other.to_string()),
    }
}

fn differences(before: &BTreeMap<String, Facts>, now: &BTreeMap<String, Facts>) -> Vec<String> {
    let mut lines = Vec::new();
    for name in before.keys().filter(|name| !now.contains_key(*name)) {
        lines.push(format!("environment `{name}` removed"));
    }
    for (name, facts) in now {
        match before.get(name) {
            None => lines.push(format!("environment `{name}` added")),
            Some(before) => lines.extend(of_one(before, facts).map(|line| format!("{name}: {line}"))),
        }
    }
    lines
}

/// A whole service or datastore is one line, a changed value another.
fn of_one(before: &Facts, now: &Facts) -> impl Iterator<Item = String> {
    let mut lines = Vec::new();
    let mut say = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for (path, value) in now {
        match before.get(path) {
            Some(old) if old == value => {}
            Some(old) => say(format!("`{path}` from `{old}` to `{value}`")),
            None => say(format!("{} added", thing(path, before).unwrap_or_else(|| format!("`{path}` `{value}`")))),
        }
    }
    for path in before.keys().filter(|path| !now.contains_key(*path)) {
        say(format!("{} removed", thing(path, now).unwrap_or_else(|| format!("`{path}`"))));
    }
    lines.into_iter()
}

/// `` `services.api` ``, when nothing of it is in `other`.
fn thing(path: &str, other: &Facts) -> Option<String> {
    let mut parts = path.split('.');
    let named = format!("{}.{}", parts.next()?, parts.next()?);
    let inside = format!("{named}.");
    let there = other.keys().any(|path| *path == named || path.starts_with(&inside));
    (!there).then(|| format!("`{named}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "towel: 1\nname: shop\nservices: { api: { run: ./api, port: 3000, health: { ready: / } } }\n";

    #[test]
    fn a_changed_value_and_a_new_service_are_a_line_each() {
        let now = BEFORE.replace("3000", "3001").replace("} }\n", "}, worker: { run: ./worker } }\n");
        let entry = Entry::between(BEFORE, &product(&now, None).unwrap(), "2026-11-21").unwrap();
        assert_eq!(entry.lines, ["dev: `services.api.port` from `3000` to `3001`", "dev: `services.worker` added"]);
    }

    #[test]
    fn a_comment_is_no_change() {
        let same = format!("# hello\n{BEFORE}");
        assert_eq!(Entry::between(BEFORE, &product(&same, None).unwrap(), "2026-11-21"), None);
    }
}
