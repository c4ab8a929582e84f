//! From text to a tree: parsing never fails, it returns what it found.

use granit_parser::{Parser, options};

use super::builder::{Builder, Stop};
use super::expansion::{MOST_DEPTH, too_deep};
use super::{Node, fault};
use crate::{Diagnostic, MAX_TEXT_BYTES, Source, Span};

/// Most sections of a broken file in which a further syntax error is looked for.
const MOST_SYNTAX_ERRORS: usize = 10;

/// Reads a file as one YAML document. There is no tree when the text is not YAML, or holds nothing;
/// then there is a diagnostic that says so. A tree may come with diagnostics (a duplicate key).
pub fn parse(source: &Source) -> (Option<Node>, Vec<Diagnostic>) {
    if source.text().len() > MAX_TEXT_BYTES {
        let found = Diagnostic::error("file-too-big", "this file is too big to be a description of a product").at(
            Span::new(source.id(), 0, 1),
            format!("{} bytes; at most {MAX_TEXT_BYTES} are read", source.text().len()),
        );
        return (None, vec![found]);
    }
    let mut diagnostics = Vec::new();
    match attempt(source, source.text(), &mut diagnostics) {
        Ok(Some(root)) => (Some(root), diagnostics),
        Ok(None) => {
            diagnostics.push(empty(source));
            (None, diagnostics)
        }
        Err(offset) => {
            look_further(source, offset, &mut diagnostics);
            (None, diagnostics)
        }
    }
}

/// One run over `text`. An error is the offset at which it ceased to be YAML.
fn attempt(source: &Source, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Result<Option<Node>, usize> {
    let options = options! {
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MOST_DEPTH,
        block_nesting_limit: MOST_DEPTH,
    };
    let mut builder = Builder::new(source, diagnostics);
    for next in Parser::new_from_str_with_options(text, options) {
        let step = match next {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                let offset = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                let found = match error.kind() {
                    granit_parser::ErrorKind::RecursionLimitExceeded => too_deep(fault::character(source, offset)),
                    _ => fault::explain(source, &error, offset, builder.before()),
                };
                // The place shown is where the mistake was made; the parser may have noticed it sections later.
                let shown = found.primary().map_or(offset, |span| span.start as usize);
                diagnostics.push(found);
                return Err(shown);
            }
        };
        match step {
            Ok(()) => {}
            Err(Stop::Finished) => break,
            Err(Stop::At(offset)) => return Err(offset),
        }
    }
    Ok(builder.finish())
}

/// Blanks the section in which the error lies, and looks for errors in the others: one run should
/// show a mistake in `services` and one in `alerts`.
fn look_further(source: &Source, offset: usize, diagnostics: &mut Vec<Diagnostic>) {
    let mut text = source.text().as_bytes().to_vec();
    let mut offset = offset;
    for _ in 1..MOST_SYNTAX_ERRORS {
        if !blank_section(&mut text, offset) {
            return;
        }
        let Ok(rest) = std::str::from_utf8(&text) else { return };
        let mut found = Vec::new();
        let Err(next) = attempt(source, rest, &mut found) else { return };
        // Whatever else it found may follow from what was blanked: an anchor that is gone.
        diagnostics.extend(found.pop());
        offset = next;
    }
}

/// Overwrites the top-level section around `offset` with blanks; false when there is nothing left to blank.
fn blank_section(text: &mut [u8], offset: usize) -> bool {
    let starts_section = |at: usize| {
        (at == 0 || text[at - 1] == b'\n') && !matches!(text[at], b' ' | b'\t' | b'#' | b'\r' | b'\n' | b'}' | b']')
    };
    if text.is_empty() {
        return false;
    }
    let offset = offset.min(text.len() - 1);
    let start = (0..=offset).rev().find(|at| starts_section(*at)).unwrap_or(0);
    let end = (offset + 1..text.len()).find(|at| starts_section(*at)).unwrap_or(text.len());
    let mut changed = false;
    for byte in &mut text[start..end] {
        if !matches!(*byte, b'\n' | b'\r' | b' ') {
            *byte = b' ';
            changed = true;
        }
    }
    changed
}

fn empty(source: &Source) -> Diagnostic {
    Diagnostic::error("empty-file", "this file describes nothing").at(source.span(), "only blanks and comments")
}
