//! Text, spans, spanned YAML, diagnostics and their renderers.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod diagnostic;
mod render;
mod sources;
mod span;
mod yaml;

pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use render::{Colour, RuleText, Tool, human, in_order, json, sarif, summary};
pub use sources::{MAX_TEXT_BYTES, Position, Source, Sources};
pub use span::{FileId, Span, Spanned};
pub use yaml::{Comment, Entry, Mapping, Node, Scalar, Style, Value, parse};
