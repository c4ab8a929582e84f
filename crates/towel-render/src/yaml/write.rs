//! Writes a tree as block-style YAML with two spaces.

use std::fmt::Write;

use super::quote::{scalar, scalar_in_row};
use super::tree::{Entry, Map, Notes, Yaml};

impl Yaml {
    /// The document as text, ending with a line break.
    pub(crate) fn write_to(&self, out: &mut String) {
        match self {
            Self::Map(map) if !map.is_empty() => entries(map, 0, out),
            Self::List(items) if !items.is_empty() => list(items, 0, out),
            scalar => {
                inline(scalar, 1, out);
                out.push('\n');
            }
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    const SPACES: &str = "                                                                ";
    let mut left = depth * 2;
    while left > 0 {
        let now = left.min(SPACES.len());
        out.push_str(&SPACES[..now]);
        left -= now;
    }
}

fn entries(map: &Map, depth: usize, out: &mut String) {
    for (place, entry) in map.entries.iter().enumerate() {
        above(&entry.notes, place == 0, depth, out);
        indent(depth, out);
        key_and_value(entry, depth, out);
    }
}

fn above(notes: &Notes, first: bool, depth: usize, out: &mut String) {
    let Some(note) = notes else { return };
    if note.blank && !first {
        out.push('\n');
    }
    for line in note.comment.iter().flat_map(|comment| comment.lines()) {
        indent(depth, out);
        out.push_str(if line.is_empty() { "#" } else { "# " });
        out.push_str(line);
        out.push('\n');
    }
}

fn key_and_value(entry: &Entry, depth: usize, out: &mut String) {
    if entry.notes.as_ref().is_some_and(|note| note.bare) {
        out.push_str(&entry.key);
    } else {
        scalar(&entry.key, out);
    }
    out.push(':');
    match &entry.value {
        Yaml::Map(map) if !map.is_empty() => {
            out.push('\n');
            entries(map, depth + 1, out);
        }
        Yaml::List(items) if !items.is_empty() => {
            out.push('\n');
            list(items, depth + 1, out);
        }
        value => {
            out.push(' ');
            inline(value, depth + 1, out);
            if let Some(comment) = entry.notes.as_ref().and_then(|note| note.beside.as_ref()) {
                out.push_str(" # ");
                out.push_str(comment);
            }
            out.push('\n');
        }
    }
}

fn list(items: &[Yaml], depth: usize, out: &mut String) {
    for item in items {
        match item {
            Yaml::Map(map) if !map.is_empty() => item_of_entries(map, depth, out),
            Yaml::List(items) if !items.is_empty() => {
                indent(depth, out);
                out.push_str("-\n");
                list(items, depth + 1, out);
            }
            scalar => {
                indent(depth, out);
                out.push_str("- ");
                inline(scalar, depth + 1, out);
                out.push('\n');
            }
        }
    }
}

/// The first entry stands behind the dash; what belongs above it, above the dash.
fn item_of_entries(map: &Map, depth: usize, out: &mut String) {
    for (place, entry) in map.entries.iter().enumerate() {
        if place == 0 {
            above(&entry.notes, true, depth, out);
            indent(depth, out);
            out.push_str("- ");
        } else {
            above(&entry.notes, false, depth + 1, out);
            indent(depth + 1, out);
        }
        key_and_value(entry, depth + 1, out);
    }
}

/// What fits behind a key or dash; block text goes on below it, at `depth`.
fn inline(value: &Yaml, depth: usize, out: &mut String) {
    match value {
        Yaml::Null => out.push_str("null"),
        Yaml::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Yaml::Integer(value) => write!(out, "{value}").expect("a String takes everything"),
        Yaml::Number(value) => number(*value, out),
        Yaml::Text(text) if is_block(text) => block(text, depth, out),
        Yaml::Text(text) => scalar(text, out),
        Yaml::List(_) => out.push_str("[]"),
        Yaml::Map(_) => out.push_str("{}"),
        Yaml::Row(items) => row(items, depth, out),
        Yaml::Inline(map) => entries_in_row(map, depth, out),
    }
}

fn row(items: &[Yaml], depth: usize, out: &mut String) {
    out.push('[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        in_row(item, depth, out);
    }
    out.push(']');
}

fn entries_in_row(map: &Map, depth: usize, out: &mut String) {
    out.push('{');
    for (place, entry) in map.entries.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        scalar_in_row(&entry.key, out);
        out.push_str(": ");
        in_row(&entry.value, depth, out);
    }
    out.push('}');
}

/// No block can stand in a row.
fn in_row(item: &Yaml, depth: usize, out: &mut String) {
    match item {
        Yaml::Text(text) => scalar_in_row(text, out),
        Yaml::Map(map) => entries_in_row(map, depth, out),
        Yaml::List(items) => row(items, depth, out),
        item => inline(item, depth, out),
    }
}

fn number(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str(".nan");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { ".inf" } else { "-.inf" });
    } else {
        // `{:?}` keeps a point in whole numbers, so that they stay numbers of this kind.
        write!(out, "{value:?}").expect("a String takes everything");
    }
}

/// Several lines that a block can hold as they are: its first line decides the indentation, so it must not begin with a
/// space, and no line may hold what needs an escape.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(['\n', ' ', '\t'])
        && !text.ends_with("\n\n")
        && text
            .chars()
            .all(|character| matches!(character, '\n' | ' '..='~' | '\u{a1}'..='\u{2027}' | '\u{202a}'..='\u{fefe}'))
        && !text.lines().any(|line| line.ends_with(' '))
}

fn block(text: &str, depth: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            indent(depth, out);
            out.push_str(line);
        }
    }
}
