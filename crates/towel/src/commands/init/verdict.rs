//! What the rules say of the file that was made.

use towel_check::check_all;
use towel_source::{Colour, Diagnostic, Severity, Sources, human};

/// What the rules say of the file that was made.
pub(super) struct Verdict {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// The errors as people read them; empty unless towel made a mistake.
    pub(super) shown: String,
}

/// Runs all rules over a text.
pub(super) fn judge(name: &str, text: &str) -> Verdict {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    let reading = towel_model::read(&sources, file);
    let mut found = reading.diagnostics;
    if let Some(model) = &reading.model {
        let names = model.environments().iter().map(|environment| environment.name.as_str());
        let stacks: Vec<_> = names.filter_map(|name| model.stack(name).0).collect();
        found.extend(check_all(&stacks));
    }
    let (errors, others): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(Diagnostic::is_error);
    Verdict {
        errors: errors.len(),
        warnings: others.iter().filter(|found| found.severity == Severity::Warning).count(),
        shown: if errors.is_empty() { String::new() } else { human(&errors, &sources, Colour::None) },
    }
}
