//! Text, spans, spanned YAML, diagnostics and their renderers.

mod diagnostic;
mod span;

pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use span::{FileId, Span, Spanned};
