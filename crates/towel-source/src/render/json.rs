//! Findings as JSON. The shape is stable: fields may be added, none is renamed or removed.
//!
//! ```json
//! {
//!   "version": 1,
//!   "summary": { "errors": 1, "warnings": 0, "notes": 0 },
//!   "diagnostics": [{
//!     "code": "unknown-need",
//!     "severity": "error",
//!     "message": "`backend` needs `mongo`, which is no service and no datastore",
//!     "file": "towel.yaml", "line": 8, "column": 13, "end_line": 8, "end_column": 18,
//!     "labels": [{ "message": "not declared", "primary": true,
//!                  "file": "towel.yaml", "line": 8, "column": 13, "end_line": 8, "end_column": 18 }],
//!     "notes": [],
//!     "help": ["did you mean `mongodb`?"],
//!     "fixes": [{ "replacement": "mongodb", "safe": false,
//!                 "file": "towel.yaml", "line": 8, "column": 13, "end_line": 8, "end_column": 18 }]
//!   }]
//! }
//! ```
//!
//! Lines and columns start at 1 and count characters; an end is the column after the last character.
//! A finding that concerns no place of a file has `null` for `file`, `line`, `column`, `end_line` and
//! `end_column`. `severity` is `error`, `warning` or `note`.

use serde::Serialize;

use super::place::Place;
use crate::{Diagnostic, Severity, Sources, Span};

/// The findings as one object, indented, with a final newline.
pub fn json(found: &[Diagnostic], sources: &Sources) -> String {
    let count = |severity| found.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let report = Report {
        version: 1,
        summary: Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        },
        diagnostics: found.iter().map(|diagnostic| finding(diagnostic, sources)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report).expect("strings, numbers and lists always serialise");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    summary: Summary,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    labels: Vec<LabelAt<'a>>,
    notes: &'a [String],
    help: &'a [String],
    fixes: Vec<FixAt<'a>>,
}

#[derive(Serialize)]
struct LabelAt<'a> {
    message: &'a str,
    primary: bool,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct FixAt<'a> {
    replacement: &'a str,
    safe: bool,
    #[serde(flatten)]
    place: Place<'a>,
}

fn finding<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let at = |span: Span| Place::of(span, sources);
    let primary = diagnostic.primary().and_then(at);
    let labels = diagnostic.labels.iter().enumerate();
    Finding {
        code: &diagnostic.code,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        file: primary.as_ref().map(|place| place.file),
        line: primary.as_ref().map(|place| place.line),
        column: primary.as_ref().map(|place| place.column),
        end_line: primary.as_ref().map(|place| place.end_line),
        end_column: primary.as_ref().map(|place| place.end_column),
        labels: labels
            .filter_map(|(number, label)| {
                Some(LabelAt { message: &label.message, primary: number == 0, place: at(label.span)? })
            })
            .collect(),
        notes: &diagnostic.notes,
        help: &diagnostic.help,
        fixes: diagnostic
            .fixes
            .iter()
            .filter_map(|fix| Some(FixAt { replacement: &fix.replacement, safe: fix.safe, place: at(fix.span)? }))
            .collect(),
    }
}
