//! The pages behind `towel explain`.

use towel_model::CODES;
use towel_source::Severity;

use crate::registry::RULES;

/// A code, its worst severity and the first sentence of its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: &'static str,
    /// How bad it is where it matters most.
    pub severity: Severity,
    /// The fault in one sentence.
    pub summary: &'static str,
}

/// The page of `code`, as Markdown: of a rule, or of a fault that keeps the file from being understood.
pub fn explain(code: &str) -> Option<&'static str> {
    let rule = RULES.iter().find(|rule| rule.code == code).map(|rule| rule.page);
    rule.or_else(|| CODES.iter().find(|(known, ..)| *known == code).map(|(_, _, page)| *page))
}

/// All codes in the order of the alphabet.
pub fn explanations() -> Vec<Explanation> {
    let rules =
        RULES.iter().map(|rule| Explanation { code: rule.code, severity: rule.severity, summary: rule.summary() });
    // Nothing sensible can be made of a file that is not understood, so all of these are errors.
    let language = CODES.iter().map(|&(code, summary, _)| Explanation { code, severity: Severity::Error, summary });
    let mut all: Vec<_> = rules.chain(language).collect();
    all.sort_by_key(|explanation| explanation.code);
    all
}

/// The code that `code` was probably meant to be.
pub fn nearest_code(code: &str) -> Option<&'static str> {
    crate::phrase::nearest(code, explanations().into_iter().map(|explanation| explanation.code))
}
