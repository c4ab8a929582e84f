//! The order in which findings are shown.

use std::collections::HashSet;

use crate::Diagnostic;

/// The findings by place in the files, those without a place first, at one place the worst first,
/// each only once.
pub fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    found.retain(|diagnostic| seen.insert(diagnostic.clone()));
    found.sort_by(|one, other| key(one).cmp(&key(other)));
    found
}

fn key(diagnostic: &Diagnostic) -> impl Ord + '_ {
    let place = diagnostic.primary().map(|span| (span.file, span.start));
    (place, diagnostic.severity, &diagnostic.code, &diagnostic.message, &diagnostic.notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileId, Span};

    fn at(code: &'static str, start: u32) -> Diagnostic {
        Diagnostic::error(code, "x").at(Span::new(FileId(0), start, start + 1), "")
    }

    #[test]
    fn findings_follow_the_file_and_repeat_nothing() {
        let found = vec![at("late", 9), at("early", 1), at("late", 9), Diagnostic::warning("nowhere", "x")];
        let codes: Vec<_> = in_order(found).into_iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, ["nowhere", "early", "late"]);
    }

    #[test]
    fn at_one_place_errors_come_before_warnings() {
        let warning = Diagnostic::warning("a", "x").at(Span::new(FileId(0), 1, 2), "");
        let codes: Vec<_> = in_order(vec![warning, at("b", 1)]).into_iter().map(|found| found.code).collect();
        assert_eq!(codes, ["b", "a"]);
    }
}
