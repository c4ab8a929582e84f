//! Reads one file: holds what has been declared in it and collects every fault.

use std::collections::HashSet;

use towel_source::{Diagnostic, Entry, Node, Source, Span, Style, Value};

use super::fields::Fields;
use super::kind::alternatives;
use super::{Choice, Kind, Read, Table, nearest};
use crate::names::Names;
use crate::word::{About, Json, Word};

/// Reads one file.
pub(crate) struct Reader<'a> {
    /// The file.
    pub(crate) source: &'a Source,
    /// What is declared in it.
    pub(crate) names: Names,
    diagnostics: Vec<Diagnostic>,
    seen: HashSet<Diagnostic>,
    errors: usize,
    left_out: usize,
}

/// Most findings that are kept of one file. Whoever mends a thousand of them will run towel again anyway.
const MOST_FINDINGS: usize = 1000;

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a Source, names: Names, diagnostics: Vec<Diagnostic>) -> Self {
        let errors = diagnostics.iter().filter(|found| found.is_error()).count();
        Self { source, names, seen: diagnostics.iter().cloned().collect(), diagnostics, errors, left_out: 0 }
    }

    /// Adds a finding. The same one again (an alias used twice, a value read for each environment) says nothing new.
    pub(crate) fn report(&mut self, found: Diagnostic) {
        self.errors += usize::from(found.is_error());
        if self.diagnostics.len() >= MOST_FINDINGS {
            self.left_out += usize::from(!self.seen.contains(&found));
        } else if self.seen.insert(found.clone()) {
            self.diagnostics.push(found);
        }
    }

    /// How often an error was reported, repetitions included.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// How many errors there are inside `span`.
    pub(crate) fn errors_within(&self, span: Span) -> usize {
        let inside = |at: Span| at.start >= span.start && at.end <= span.end;
        self.diagnostics.iter().filter(|found| found.is_error() && found.primary().is_some_and(inside)).count()
    }

    /// Whether exactly one of some keys is given; else that is reported.
    pub(crate) fn exactly_one(&mut self, what: &str, whole: Span, given: &[(&str, Option<Span>)]) -> bool {
        let names: Vec<String> = given.iter().map(|(name, _)| format!("`{name}`")).collect();
        let mut present = given.iter().filter_map(|(name, span)| Some((*name, (*span)?)));
        match (present.next(), present.next()) {
            (Some(_), None) => return true,
            (Some((one, first)), Some((other, second))) => self.report(
                Diagnostic::error("conflicting-keys", format!("{what} has both `{one}` and `{other}`"))
                    .at(second, "this")
                    .also(first, "and this")
                    .help("keep one of them"),
            ),
            // A value that is wrong has been reported; only what was never given is missing.
            (None, _) if self.errors_within(whole) > 0 => {}
            (None, _) => self.report(
                Diagnostic::error("missing-key", format!("{what} has none of {}", names.join(", ")))
                    .at(self.first_line(whole), "one of them is required here"),
            ),
        }
        false
    }

    /// Everything that was found.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            let end = self.source.span().end;
            self.diagnostics.push(
                Diagnostic::error("findings-left-out", format!("more than {MOST_FINDINGS} findings in one file"))
                    .at(Span::new(self.source.id(), end, end), format!("{} more are not shown", self.left_out))
                    .help("mend some of those above and check again"),
            );
        }
        self.diagnostics
    }

    /// The keys of a mapping, compared with a table.
    pub(crate) fn fields<'n>(&mut self, node: &'n Node, table: &'static Table) -> Option<Fields<'n>> {
        Fields::of(node, table, self)
    }

    /// An item of a list.
    pub(super) fn item<T: Read>(&mut self, node: &Node) -> Option<T> {
        if node.is_dangling() {
            return None;
        }
        if node.is_null() {
            self.report(
                Diagnostic::error("missing-value", "an item of a list is empty")
                    .at(node.written_at(), format!("expected {}", T::kind().expected()))
                    .help("give it a value or remove it"),
            );
            return None;
        }
        T::read(node, self)
    }

    /// What stands under a name. Nothing is enough when nothing more is required: `secrets: { jwt: }`.
    pub(super) fn value_of_name<T: Read>(&mut self, entry: &Entry) -> Option<T> {
        let kind = T::kind();
        if entry.value.is_null() && !allows_nothing(&kind) {
            self.missing_value(entry, &kind);
            return None;
        }
        T::read(&entry.value, self)
    }

    /// A word of a few, or nothing once that it is none of them has been reported.
    pub(crate) fn choose(&mut self, node: &Node, choices: &'static [Choice]) -> Option<&'static str> {
        let Some(text) = node.text() else {
            self.wrong_type(node, &Kind::Choice(choices));
            return None;
        };
        if let Some(choice) = choices.iter().find(|choice| choice.name == text) {
            return Some(choice.name);
        }
        let names = choices.iter().map(|choice| choice.name);
        let fault = Diagnostic::error("unknown-value", format!("`{}` is not known here", shorten(text)))
            .note(format!("allowed: {}", alternatives(names.clone().map(|name| format!("`{name}`")))));
        let fault = match nearest(text, names) {
            Some(near) => fault.help(format!("did you mean `{near}`?")).suggest(node.span, near),
            None => fault,
        };
        self.report(through_alias(node, fault.at(node.span, "not one of the allowed words")));
        None
    }

    /// A scalar as a word.
    pub(crate) fn word<W: Word>(&mut self, node: &Node) -> Option<W> {
        let about = W::about();
        let Value::Scalar(scalar) = &node.value else {
            self.wrong_type(node, &Kind::Word(about));
            return None;
        };
        let typed = matches!(about.json, Json::Integer { .. } | Json::Number | Json::Boolean);
        if typed && scalar.style != Style::Plain {
            let plain = scalar.text.trim();
            let fault = Diagnostic::error("wrong-type", format!("found text where {} belongs", about.article))
                .at(node.span, "text, because it is quoted");
            let fault = match W::parse(plain) {
                Ok(_) => fault.help("remove the quotes").suggest(node.span, plain),
                Err(_) => fault,
            };
            self.report(through_alias(node, fault));
            return None;
        }
        match W::parse(&scalar.text) {
            Ok(word) => Some(word),
            Err(fault) => {
                let found = fault.explain(&scalar.text, node.span, &about);
                self.report(through_alias(node, found));
                None
            }
        }
    }

    /// Reports that a node has the wrong form altogether.
    pub(crate) fn wrong_type(&mut self, node: &Node, expected: &Kind) {
        if node.is_dangling() {
            return;
        }
        let form = match &node.value {
            Value::Null => "nothing".to_owned(),
            Value::Scalar(scalar) => format!("`{}`", shorten(&scalar.text)),
            Value::Sequence(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
        };
        let fault = Diagnostic::error("wrong-type", format!("found {form} where {} belongs", expected.expected()))
            .at(self.head_of(node), format!("expected {}", expected.expected()));
        let fault = match (expected, &node.value) {
            (Kind::List(_), Value::Scalar(scalar)) if scalar.style == Style::Plain => {
                fault.help("a list of one is written in brackets").suggest(node.span, format!("[{}]", scalar.text))
            }
            (Kind::Word(About { examples: [example, ..], .. }), _) => fault.help(format!("for example `{example}`")),
            (Kind::Table(table), _) => {
                let keys: Vec<String> = table.keys.iter().take(8).map(|key| format!("`{}`", key.name)).collect();
                fault.help(format!("its keys are {}", keys.join(", ")))
            }
            _ => fault,
        };
        self.report(through_alias(node, fault));
    }

    /// Reports a key with nothing under it.
    pub(super) fn missing_value(&mut self, entry: &Entry, expected: &Kind) {
        if entry.value.is_dangling() {
            return;
        }
        let fault = Diagnostic::error("missing-value", format!("`{}` has no value", shorten(&entry.key)))
            .at(entry.key.span, format!("expected {}", expected.expected()));
        let line = self.source.position(entry.key.span.start).line;
        let comment = entry.value.comments.iter().find(|comment| self.source.position(comment.span.start).line == line);
        self.report(match comment {
            Some(comment) => fault.also(comment.span, "this is a comment").help(format!(
                "if it is meant as the value, put it in quotes: `\"#{}\"`",
                shorten(comment.text.trim_end())
            )),
            None => fault.help("give it a value or remove the key"),
        });
    }

    /// Where to point when a whole mapping or list is meant: its first line says enough.
    pub(crate) fn head_of(&self, node: &Node) -> Span {
        self.first_line(node.span)
    }

    fn first_line(&self, span: Span) -> Span {
        let text = self.source.slice(span);
        let first = text.split(['\n', '\r']).next().unwrap_or(text).len();
        Span { end: span.start + u32::try_from(first).unwrap_or(0), ..span }
    }
}

/// Also shows the alias through which a faulty value came.
fn through_alias(node: &Node, found: Diagnostic) -> Diagnostic {
    match node.alias {
        Some(alias) => found.also(alias, "used here"),
        None => found,
    }
}

/// Up to sixty characters of a text, on one line, for a message.
pub(crate) fn shorten(text: &str) -> String {
    let mut short = String::new();
    for letter in text.chars().take(60) {
        if letter.is_control() { short.extend(letter.escape_default()) } else { short.push(letter) }
    }
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

/// Whether a name with nothing under it is complete.
fn allows_nothing(kind: &Kind) -> bool {
    match kind {
        Kind::Table(table) => table.may_be_empty(),
        Kind::Restated(_) => true,
        _ => false,
    }
}
