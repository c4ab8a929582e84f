//! What a YAML parser trips over, said so that the person who wrote it knows what to change.

use granit_parser::{ErrorKind, ScanError};

use super::builder::Before;
use super::{Node, Value};
use crate::{Diagnostic, Source, Span};

/// Explains a syntax error at `offset`.
pub(super) fn explain(source: &Source, error: &ScanError, offset: usize, before: Before) -> Diagnostic {
    let at = character(source, offset);
    if let Some(open) = before.flow
        && ends_flow(error.kind())
        && source.position(open.start).line < source.position(at.start).line
    {
        return unclosed(source, open).also(at, "and this does not belong inside it");
    }
    match error.kind() {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => tab(source, offset),
        ErrorKind::MappingValueNotAllowed => colon(source, at, before.scalar),
        ErrorKind::SimpleKeyExpected => Diagnostic::error("yaml-syntax", "a key is not followed by `:`")
            .at(word(source, offset), "expected `:` after this")
            .help("write `key: value`, or indent the line if it goes on with the one above"),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation | ErrorKind::InvalidFlowScalarIndent => {
            indentation(source, offset)
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            Diagnostic::error("yaml-syntax", "a list ends where another item was expected")
                .at(word(source, offset), "this is not an item: it does not begin with `- `")
                .help("indent the list's items under their key, or begin this line with `- `")
        }
        ErrorKind::UnclosedFlowCollection { .. } => unclosed(source, at),
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => unclosed_quote(source, at, before.scalar),
        kind => simple(kind, at, error),
    }
}

/// Whether an error of this kind is what the next key looks like from inside an open `[` or `{`.
fn ends_flow(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidColonPlacement
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::BlockEntryInFlowCollection
    )
}

fn unclosed(source: &Source, open: Span) -> Diagnostic {
    let (open_text, close) = if source.slice(open).starts_with('{') { ('{', '}') } else { ('[', ']') };
    Diagnostic::error("yaml-syntax", format!("`{open_text}` is not closed"))
        .at(open, "it is opened here")
        .help(format!("add the closing `{close}`"))
}

fn unclosed_quote(source: &Source, at: Span, last: Option<Span>) -> Diagnostic {
    let after = last.map_or(0, |span| span.end).min(at.start);
    let passed = source.slice(Span { start: after, ..at });
    let opener = passed.find(['"', '\'']).map_or(at.start, |offset| after + clamp(offset));
    Diagnostic::error("yaml-syntax", "a quoted text is not closed")
        .at(character(source, opener as usize), "it begins here")
        .help("add the closing quote, or indent the lines on which the text goes on")
}

fn simple(kind: &ErrorKind, at: Span, error: &ScanError) -> Diagnostic {
    let syntax = |message: &str| Diagnostic::error("yaml-syntax", message.to_owned());
    match kind {
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            syntax(&format!("`{open}` is closed by `{close}`")).at(at, "it is opened here")
        }
        ErrorKind::MisplacedFlowCollectionEnd => syntax("a bracket is closed that was never opened").at(at, "this one"),
        ErrorKind::UnexpectedCharacter { character } => {
            syntax(&format!("a value cannot begin with `{}`", character.escape_debug()))
                .at(at, "this character")
                .help("put the value in quotes")
        }
        ErrorKind::UnknownQuotedScalarEscape => syntax("`\\` is followed by a character that it cannot escape")
            .at(at, "in this text")
            .help("write `\\\\` for a backslash, or use single quotes, in which nothing is escaped"),
        ErrorKind::BlockSequenceEntryNotAllowed => syntax("a list cannot begin on the line of its key")
            .at(at, "this item")
            .help("put it on the next line, indented, or write `[…]`"),
        ErrorKind::BlockEntryInFlowCollection => {
            syntax("`- ` cannot stand inside `[…]` or `{…}`").at(at, "this item").help("separate the items by `,`")
        }
        ErrorKind::ExpectedFlowMappingSeparator => {
            syntax("`,` or `}` is missing").at(at, "before this").help("separate the entries by `,`")
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            syntax("`,` or `]` is missing").at(at, "before this").help("separate the items by `,`")
        }
        ErrorKind::CommentNotSeparated | ErrorKind::CommentInterceptedScalar => {
            syntax("a comment stands inside a text")
                .at(at, "`#` here")
                .help("put the text in quotes if `#` belongs to it; else put a blank before `#`")
        }
        ErrorKind::MissingAnchorOrAliasName => syntax("`&` and `*` are followed by a name")
            .at(at, "no name here")
            .help("put the value in quotes if it is meant as text"),
        _ => syntax("this is not YAML").at(at, error.info()),
    }
}

fn tab(source: &Source, offset: usize) -> Diagnostic {
    let line = source.position(clamp(offset)).line;
    let found = (line..=source.line_count()).find_map(|line| indenting_tab(source, line));
    let at = found.unwrap_or_else(|| character(source, offset));
    let fault = Diagnostic::error("tab-indentation", "a tab is used for indentation").at(at, "a tab");
    if found.is_none() {
        return fault.help("use blanks");
    }
    let blanks = "  ".repeat((at.end - at.start) as usize);
    fault.help("indent with blanks: YAML does not allow tabs, since editors show them differently").suggest(at, blanks)
}

/// The tabs in the indentation of a line.
fn indenting_tab(source: &Source, line: usize) -> Option<Span> {
    let text = source.line(line)?;
    let blank = text.len() - text.trim_start_matches([' ', '\t']).len();
    let first = text[..blank].find('\t')?;
    let tabs = text[first..blank].bytes().take_while(|byte| *byte == b'\t').count();
    let start = line_start(source, line) + first;
    Some(Span::new(source.id(), clamp(start), clamp(start + tabs)))
}

fn colon(source: &Source, at: Span, last: Option<Span>) -> Diagnostic {
    let (line, text) = last.map_or((0, ""), |span| (source.position(span.start).line, source.slice(span)));
    if let (Some(last), Some((first, _))) = (last, text.split_once('\n')) {
        let first = first.trim_end();
        let before = source.line(line).and_then(|whole| whole.get(..source.position(last.start).column - 1));
        if before.is_some_and(|before| before.trim_end().ends_with(':')) {
            return Diagnostic::error(
                "yaml-syntax",
                "a key is indented deeper than the one above, which has a value already",
            )
            .at(
                word(source, line_start(source, source.position(at.start).line)),
                "so this is read as more of that value",
            )
            .also(Span { end: last.start + clamp(first.len()), ..last }, "the value")
            .help("indent both lines alike");
        }
        if let Some((key, value)) = first.split_once(':') {
            let colon = last.start + clamp(key.len());
            return Diagnostic::error("yaml-syntax", "there is no blank after a key's `:`")
                .at(Span { start: colon, end: colon + 1, ..last }, "without a blank it is part of the text")
                .help(format!("write `{}: {}`", shorten(key), shorten(value)))
                .suggest(Span { start: colon, end: colon + 1, ..last }, ": ");
        }
        return Diagnostic::error("yaml-syntax", format!("`{}` has no value and no `:`", shorten(first)))
            .at(Span { end: last.start + clamp(first.len()), ..last }, "so the next line is read as more of this text")
            .also(at, "and a `:` makes no sense in it")
            .help(format!("write `{}:`", shorten(first)));
    }
    let fault = Diagnostic::error("yaml-syntax", "a value holds `: `, which begins a key's value").at(at, "this `:`");
    match last {
        Some(last) if line == source.position(at.start).line => {
            let end =
                source.line(line).map_or(last.end, |text| clamp(line_start(source, line) + text.trim_end().len()));
            let value = Span { end: end.max(last.end), ..last };
            fault
                .help("put the whole value in quotes")
                .suggest(value, format!("\"{}\"", source.slice(value).replace('"', "\\\"")))
        }
        _ => fault.help("put the value in quotes, or put the key on a line of its own"),
    }
}

fn indentation(source: &Source, offset: usize) -> Diagnostic {
    let position = source.position(clamp(offset));
    let own = indent(source.line(position.line).unwrap_or(""));
    let mut above: Vec<usize> = Vec::new();
    for line in (1..position.line).rev().filter_map(|line| source.line(line)) {
        let blank = line.trim().is_empty() || line.trim_start().starts_with('#');
        if !blank && above.last().is_none_or(|least| indent(line) < *least) {
            above.push(indent(line));
        }
        if above.last() == Some(&0) {
            break;
        }
    }
    let fault = Diagnostic::error("yaml-syntax", "the indentation fits no line above")
        .at(word(source, offset), format!("indented by {own}"));
    if above.is_empty() || above.contains(&own) {
        return fault.help("keys of the same mapping begin in the same column");
    }
    above.reverse();
    let levels: Vec<String> = above.iter().map(usize::to_string).collect();
    fault
        .note(format!("the lines above are indented by {}", levels.join(", ")))
        .help("indent it like the line it belongs with")
}

pub(super) fn unknown_anchor(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error("unknown-anchor", format!("there is no anchor `&{}` above", shorten(name)))
        .at(span, "`*` means: what stands at this anchor")
        .help("put the value in quotes if `*` belongs to it")
}

pub(super) fn bad_merge(at: Span) -> Diagnostic {
    Diagnostic::error("bad-merge", "`<<` takes in a mapping, or a list of mappings")
        .at(at, "not a mapping")
        .help("give it an alias of a mapping: `<<: *name`")
}

/// A mapping's key as text, or why it cannot be one.
pub(super) fn key_text(source: &Source, node: &Node) -> Result<String, Box<Diagnostic>> {
    match &node.value {
        Value::Scalar(scalar) => Ok(scalar.text.clone()),
        Value::Null if !node.span.is_empty() => Ok(source.slice(node.span).to_owned()),
        _ => {
            let fault = Diagnostic::error("key-not-text", "a key is not text")
                .at(non_empty(source, node.alias.unwrap_or(node.span)), "this key");
            let braces = source.slice(node.span).starts_with('{');
            let help = "put `{{ … }}` in quotes if it is meant as text";
            Err(Box::new(if braces { fault.help(help) } else { fault }))
        }
    }
}

/// The character at `offset`; at the end of a text, the last one.
pub(super) fn character(source: &Source, offset: usize) -> Span {
    let text = source.text();
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let length = text[start..].chars().next().map_or(0, char::len_utf8);
    if length == 0 {
        start -= text.chars().next_back().map_or(0, char::len_utf8);
    }
    let end = if length == 0 { text.len() } else { start + length };
    Span::new(source.id(), clamp(start), clamp(end))
}

/// The span, or the character at it when it is empty.
pub(super) fn non_empty(source: &Source, span: Span) -> Span {
    if span.is_empty() { character(source, span.start as usize) } else { span }
}

/// Up to forty characters of a text, on one line.
pub(super) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}

/// From the first letter at or after `offset` to the next blank or colon.
fn word(source: &Source, offset: usize) -> Span {
    let blanks = source.text().get(offset..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
    let at = character(source, offset + blanks);
    let rest = source.text().get(at.start as usize..).unwrap_or("");
    let length = rest.find([' ', '\t', '\r', '\n', ':', ',', ']', '}']).unwrap_or(rest.len());
    Span { end: at.end.max(at.start + clamp(length)), ..at }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn line_start(source: &Source, line: usize) -> usize {
    source.line(line).map_or(0, |text| text.as_ptr() as usize - source.text().as_ptr() as usize)
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
