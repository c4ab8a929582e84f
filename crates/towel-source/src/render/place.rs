//! A span as lines and columns, for the formats that programs read.

use serde::Serialize;

use crate::{Sources, Span};

/// A span as people and editors name it. Lines and columns start at 1 and count characters; the end
/// is the column after the last character.
#[derive(Debug, Serialize)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

impl<'a> Place<'a> {
    /// None when the span's file is not among the sources.
    pub(crate) fn of(span: Span, sources: &'a Sources) -> Option<Self> {
        let source = sources.get(span.file)?;
        let (start, end) = (source.position(span.start), source.position(span.end.max(span.start)));
        Some(Self {
            file: source.name(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }
}
