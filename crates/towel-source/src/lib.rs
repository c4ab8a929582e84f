//! Text, spans, spanned YAML, diagnostics and their renderers.

mod span;

pub use span::{FileId, Span, Spanned};
