//! Findings as lines of text, for comparing.

use std::fmt::Write as _;

use towel_model::{Reading, Stack, read};
use towel_source::{Diagnostic, Sources};

/// Reads a text as `towel.yaml`.
pub(crate) fn reading(text: &str) -> (Sources, Reading) {
    let mut sources = Sources::new();
    let file = sources.add("towel.yaml", text);
    let reading = read(&sources, file);
    (sources, reading)
}

/// The stack of one environment of a text without faults.
pub(crate) fn stack(text: &str, environment: &str) -> Stack {
    let (sources, reading) = reading(text);
    assert!(reading.diagnostics.is_empty(), "{}", lines(&sources, &reading.diagnostics));
    reading.model.unwrap().stack(environment).0.unwrap()
}

/// Everything that is wrong with a text.
pub(crate) fn faults(text: &str) -> String {
    let (sources, reading) = reading(text);
    lines(&sources, &reading.diagnostics)
}

/// A line for each finding, with its labels and advice under it.
pub(crate) fn lines(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|found| show(sources, found)).collect::<Vec<_>>().join("\n")
}

fn show(sources: &Sources, found: &Diagnostic) -> String {
    let mut text = format!("{}[{}] {}", found.severity.name(), found.code, found.message);
    for label in &found.labels {
        let place = sources.get(label.span.file).unwrap().position(label.span.start);
        let shown = sources.slice(label.span);
        write!(text, "\n  {}:{} `{shown}` {}", place.line, place.column, label.message).unwrap();
    }
    for note in &found.notes {
        write!(text, "\n  note: {note}").unwrap();
    }
    for help in &found.help {
        write!(text, "\n  help: {help}").unwrap();
    }
    for fix in &found.fixes {
        write!(text, "\n  fix: `{}` → `{}`", sources.slice(fix.span), fix.replacement).unwrap();
    }
    text
}
