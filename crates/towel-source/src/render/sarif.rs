//! Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.

mod fingerprint;
mod format;

use std::collections::HashMap;

use self::fingerprint::Fingerprints;
use self::format::{
    Artifact, Change, Content, Description, Driver, FixFormat, Invocation, Level, Location, Log, PhysicalLocation,
    Region, Related, Replacement, RuleFormat, Run, RunTool, SarifResult, Text,
};
use super::place::Place;
use crate::{Diagnostic, Fix, Label, Severity, Sources, Span};

/// Who found it, and the rules by which it was found.
#[derive(Debug, Clone)]
pub struct Tool<'a> {
    /// Name of the program.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Its home page.
    pub uri: &'a str,
    /// All its rules.
    pub rules: Vec<RuleText<'a>>,
}

/// What SARIF tells about a rule.
#[derive(Debug, Clone)]
pub struct RuleText<'a> {
    /// The code.
    pub code: &'a str,
    /// The fault in one sentence.
    pub summary: &'a str,
    /// The page, as Markdown.
    pub page: &'a str,
    /// Where the page stands, when it is published.
    pub uri: Option<String>,
    /// Its severity when nothing else is said.
    pub severity: Severity,
}

/// The findings as one SARIF log, indented, with a final newline. Codes that are not among the
/// tool's rules are reported without a rule index, as the standard allows.
pub fn sarif(found: &[Diagnostic], sources: &Sources, tool: &Tool<'_>) -> String {
    let indices: HashMap<&str, usize> = tool.rules.iter().enumerate().map(|(index, rule)| (rule.code, index)).collect();
    let mut fingerprints = Fingerprints::default();
    let results = found
        .iter()
        .map(|diagnostic| SarifResult {
            rule_id: diagnostic.code.as_ref(),
            rule_index: indices.get(diagnostic.code.as_ref()).copied(),
            level: diagnostic.severity.name(),
            message: Text { text: whole_message(diagnostic) },
            locations: diagnostic.primary().and_then(|span| location(span, sources)).into_iter().collect(),
            related_locations: related(&diagnostic.labels, sources),
            partial_fingerprints: fingerprints.of(diagnostic, sources),
            fixes: diagnostic.fixes.iter().filter_map(|fix| fix_format(fix, sources)).collect(),
        })
        .collect();
    let log = Log::of(Run {
        tool: RunTool { driver: driver(tool) },
        invocations: [Invocation { execution_successful: true }],
        column_kind: "unicodeCodePoints",
        results,
    });
    let mut text = serde_json::to_string_pretty(&log).expect("strings, numbers and lists always serialise");
    text.push('\n');
    text
}

fn driver<'a>(tool: &'a Tool<'a>) -> Driver<'a> {
    Driver {
        name: tool.name,
        semantic_version: tool.version,
        information_uri: tool.uri,
        rules: tool
            .rules
            .iter()
            .map(|rule| RuleFormat {
                id: rule.code,
                short_description: Text { text: rule.summary.to_owned() },
                help: Description { text: rule.page, markdown: rule.page },
                help_uri: rule.uri.as_deref(),
                default_configuration: Level { level: rule.severity.name() },
            })
            .collect(),
    }
}

/// Code hosts show the message only, so reasons and remedies belong into it.
fn whole_message(diagnostic: &Diagnostic) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    lines.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn location(span: Span, sources: &Sources) -> Option<Location> {
    Some(Location { physical_location: physical(&Place::of(span, sources)?) })
}

fn physical(place: &Place<'_>) -> PhysicalLocation {
    PhysicalLocation { artifact_location: Artifact::named(place.file), region: region(place) }
}

fn region(place: &Place<'_>) -> Region {
    Region {
        start_line: place.line,
        start_column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
    }
}

fn related(labels: &[Label], sources: &Sources) -> Vec<Related> {
    labels
        .iter()
        .skip(1)
        .enumerate()
        .filter_map(|(id, label)| {
            let place = Place::of(label.span, sources)?;
            let message = (!label.message.is_empty()).then(|| Text { text: label.message.clone() });
            Some(Related { id, physical_location: physical(&place), message })
        })
        .collect()
}

fn fix_format<'a>(fix: &'a Fix, sources: &Sources) -> Option<FixFormat<'a>> {
    let place = Place::of(fix.span, sources)?;
    let description = if fix.safe { "this mends it" } else { "this may mend it" };
    Some(FixFormat {
        description: Text { text: description.to_owned() },
        artifact_changes: [Change {
            artifact_location: Artifact::named(place.file),
            replacements: [Replacement {
                deleted_region: region(&place),
                inserted_content: Content { text: &fix.replacement },
            }],
        }],
    })
}
