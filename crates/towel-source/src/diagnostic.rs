//! What towel has to say about a file: a fault, the places it concerns, its arithmetic and its remedy.

use std::borrow::Cow;

use crate::Span;

/// How bad a diagnostic is. Only an error keeps a file from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file cannot be used like this.
    Error,
    /// The file can be used, and will probably hurt.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place, and what is to be seen there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; empty when the place says it all.
    pub message: String,
}

/// A change to the text that mends the fault.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
    /// Whether it may be applied unseen: the meaning that the writer had in mind is kept for certain.
    pub safe: bool,
}

/// A finding. Made with [`Diagnostic::error`] or [`Diagnostic::warning`] and the builders below.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Stable name of the fault in kebab-case, e.g. `port-taken-twice`.
    pub code: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence: lower-case, backticks around names and figures, no full stop.
    pub message: String,
    /// The places it concerns; the first is the primary one. None when it concerns no place of a file.
    pub labels: Vec<Label>,
    /// Why it is a fault; arithmetic is shown here, a line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
    /// Changes that mend it, each sufficient on its own; the first is what the first `help` says.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// An error that concerns no place yet.
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning that concerns no place yet.
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding that concerns no place yet.
    pub fn new(severity: Severity, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// The primary place. A primary place given earlier becomes a secondary one.
    #[must_use]
    pub fn at(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.insert(0, Label { span, message: message.into() });
        self
    }

    /// A further place that explains the fault.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// A line of reason or arithmetic.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// A line of advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// A change that mends it and may be applied unseen.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fixes.push(Fix { span, replacement: replacement.into(), safe: true });
        self
    }

    /// A change that would mend it, for a person to decide.
    #[must_use]
    pub fn suggest(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fixes.push(Fix { span, replacement: replacement.into(), safe: false });
        self
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The primary place, unless it concerns none.
    pub fn primary(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}
