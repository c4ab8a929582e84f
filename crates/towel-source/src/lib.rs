//! Text, spans, spanned YAML, diagnostics and their renderers.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod diagnostic;
mod sources;
mod span;

pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use sources::{MAX_TEXT_BYTES, Position, Source, Sources};
pub use span::{FileId, Span, Spanned};
