//! A rule: one fault, how to find it, and the page that explains it.

use towel_model::Stack;
use towel_source::{Diagnostic, Severity};

/// One fault that towel finds. Its page is Markdown whose YAML is the rule's test.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The fault's name, e.g. `port-taken-twice`; also the name of its source file and its page.
    pub code: &'static str,
    /// How bad it is where it matters most; several rules are milder outside production.
    pub severity: Severity,
    /// The page behind `towel explain`.
    pub page: &'static str,
    /// How it is found.
    pub examine: Examine,
}

/// How much of the product a rule has to see.
#[derive(Debug, Clone, Copy)]
pub enum Examine {
    /// One environment.
    Stack(fn(&Stack, &mut Vec<Diagnostic>)),
    /// All environments side by side.
    Product(fn(&[Stack], &mut Vec<Diagnostic>)),
}

impl Rule {
    /// An error seen in one environment.
    pub(crate) const fn error(
        code: &'static str,
        page: &'static str,
        examine: fn(&Stack, &mut Vec<Diagnostic>),
    ) -> Self {
        Self { code, severity: Severity::Error, page, examine: Examine::Stack(examine) }
    }

    /// A warning seen in one environment.
    pub(crate) const fn warning(
        code: &'static str,
        page: &'static str,
        examine: fn(&Stack, &mut Vec<Diagnostic>),
    ) -> Self {
        Self { code, severity: Severity::Warning, page, examine: Examine::Stack(examine) }
    }

    /// A fault that shows when all environments are seen side by side.
    pub(crate) const fn over_product(
        severity: Severity,
        code: &'static str,
        page: &'static str,
        examine: fn(&[Stack], &mut Vec<Diagnostic>),
    ) -> Self {
        Self { code, severity, page, examine: Examine::Product(examine) }
    }

    /// A finding of the rule's own severity.
    pub(crate) fn found(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.severity, self.code, message)
    }

    /// A finding that is milder than the rule at its worst.
    pub(crate) fn suspected(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(self.code, message)
    }

    /// The page's first paragraph: the fault in one sentence.
    pub fn summary(&self) -> &'static str {
        self.page.lines().skip(1).find(|line| !line.is_empty()).unwrap_or_default()
    }
}
