//! What tidy found.

use std::fmt;

/// Something that is not tidy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) weight: Weight,
    pub(super) path: String,
    /// From 1; 0 for the whole file.
    pub(super) line: usize,
    pub(super) what: String,
}

/// Whether a change may land with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Warning,
    Error,
}

impl Finding {
    pub(super) fn error(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { weight: Weight::Error, path: path.to_owned(), line, what: what.into() }
    }

    pub(super) fn warning(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, ..Self::error(path, line, what) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
        };
        match self.line {
            0 => write!(f, "{weight}: {}: {}", self.path, self.what),
            line => write!(f, "{weight}: {}:{line}: {}", self.path, self.what),
        }
    }
}

/// For tests: what a check says about one bad file.
#[cfg(test)]
pub(super) fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}
