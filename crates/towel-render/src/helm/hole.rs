//! Holes of a template: marks in a tree that become expressions of Helm once the tree is written.

use std::collections::HashMap;

use crate::yaml::{Map, Yaml};

/// Characters that Unicode keeps for uses within a program; no file has them.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// What is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// A text, between quotes.
    Text,
    /// A number, or yes and no.
    Plain,
    /// A part of a text.
    Within,
    /// A mapping or a list, from the next line on.
    Block,
    /// From here on only if.
    If,
    /// Until here.
    End,
}

struct Hole {
    form: Form,
    expression: String,
    /// What it is called where something is named after it.
    label: String,
    /// What stood here in each environment.
    originals: Vec<Option<Yaml>>,
}

/// The holes of one template.
#[derive(Default)]
pub(super) struct Holes {
    all: Vec<Hole>,
    known: HashMap<(Form, String), usize>,
}

impl Holes {
    /// The mark of an expression, the same each time.
    pub(super) fn mark(&mut self, form: Form, expression: impl Into<String>, label: &str) -> String {
        let next = self.all.len();
        let key = (form, expression.into());
        let place = *self.known.entry(key.clone()).or_insert(next);
        if place == next {
            let hole = Hole { form, expression: key.1, label: label.to_owned(), originals: Vec::new() };
            self.all.push(hole);
        }
        format!("{OPEN}{place}{CLOSE}")
    }

    /// Remembers what a mark stands for in an environment.
    pub(super) fn remember(&mut self, mark: &str, environment: usize, original: &Yaml) {
        let Some(hole) = marked(mark).and_then(|(_, place, _)| self.all.get_mut(place)) else { return };
        if hole.originals.len() <= environment {
            hole.originals.resize(environment + 1, None);
        }
        hole.originals.iter_mut().skip(environment).take(1).for_each(|it| *it = Some(original.clone()));
    }

    /// A name for a text with a mark in it.
    pub(super) fn label<'t>(&'t self, text: &'t str) -> &'t str {
        marked(text).and_then(|(_, place, _)| self.all.get(place)).map_or(text, |hole| &hole.label)
    }

    /// A tree as it is in an environment, without marks.
    pub(super) fn restored(&self, value: &Yaml, environment: usize) -> Yaml {
        match value {
            Yaml::Text(text) if text.contains(OPEN) => self.restored_text(text, environment),
            Yaml::List(items) => Yaml::List(items.iter().map(|item| self.restored(item, environment)).collect()),
            Yaml::Row(items) => Yaml::Row(items.iter().map(|item| self.restored(item, environment)).collect()),
            Yaml::Map(map) => Yaml::Map(map.clone().map_values(|_, value| self.restored(&value, environment))),
            value => value.clone(),
        }
    }

    fn restored_text(&self, text: &str, environment: usize) -> Yaml {
        let Some((before, place, after)) = marked(text) else { return Yaml::from(text.to_owned()) };
        let original = self.all.get(place).and_then(|hole| hole.originals.get(environment)?.as_ref());
        match original {
            Some(original) if before.is_empty() && after.is_empty() => original.clone(),
            Some(Yaml::Text(original)) => self.restored_text(&format!("{before}{original}{after}"), environment),
            _ => Yaml::from(format!("{before}{after}")),
        }
    }

    /// The text of a tree with its expressions.
    pub(super) fn fill(&self, text: &str, out: &mut String) {
        for line in text.lines() {
            if line.contains("{{") {
                // What looks like an expression and is none.
                self.fill_line(&line.replace("{{", "{{ \"{{\" }}"), out);
            } else {
                self.fill_line(line, out);
            }
            out.push('\n');
        }
    }

    fn fill_line(&self, line: &str, out: &mut String) {
        let Some((before, place, after)) = marked(line) else { return out.push_str(line) };
        let Some(hole) = self.all.get(place) else { return out.push_str(line) };
        let expression = hole.expression.as_str();
        let quoted = before.ends_with('"') && after.starts_with('"');
        let unquoted = || (before.trim_end_matches('"'), after.trim_start_matches('"'));
        match hole.form {
            Form::If => out.push_str(&format!("{}{{{{- if {expression} }}}}", spaces(before))),
            Form::End => out.push_str(&format!("{}{{{{- end }}}}", spaces(before))),
            Form::Block => {
                let indent = spaces(before).len() + if before.trim_start().starts_with("- ") { 4 } else { 2 };
                out.push_str(unquoted().0.trim_end());
                out.push_str(&format!("\n{:indent$}{{{{- toYaml {expression} | nindent {indent} }}}}", ""));
            }
            Form::Text if quoted => {
                out.push_str(unquoted().0);
                out.push_str(&format!("{{{{ {expression} | quote }}}}"));
                self.fill_line(unquoted().1, out);
            }
            Form::Plain if quoted => {
                out.push_str(unquoted().0);
                out.push_str(&format!("{{{{ {expression} }}}}"));
                self.fill_line(unquoted().1, out);
            }
            Form::Text | Form::Plain | Form::Within => {
                out.push_str(before);
                out.push_str(&format!("{{{{ {expression} }}}}"));
                self.fill_line(after, out);
            }
        }
    }
}

/// Whether there is a mark in a text.
pub(super) fn is_marked(value: &Yaml) -> bool {
    matches!(value, Yaml::Text(text) if text.contains(OPEN))
}

/// An entry that begins or ends what is only there if.
pub(super) fn border(mark: String) -> Map {
    Map::new().with(mark, Yaml::Null)
}

fn spaces(line: &str) -> &str {
    let text = line.trim_start_matches(' ');
    line.get(..line.len() - text.len()).unwrap_or_default()
}

/// What stands before the first mark, the place of its hole, and what stands behind it.
fn marked(text: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = text.split_once(OPEN)?;
    let (place, after) = rest.split_once(CLOSE)?;
    Some((before, place.parse().ok()?, after))
}
