//! A freeze ends before it begins.

use towel_model::{Freeze, Stack, Window};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("freeze-never-holds", include_str!("freeze-never-holds.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.freezes.iter().filter_map(describe));
}

fn describe(freeze: &Freeze) -> Option<Diagnostic> {
    match &freeze.window {
        Window::Once { from, to } if to.value <= from.value => Some(
            RULE.found(format!("`{}` ends before it begins", freeze.name))
                .at(to.span, "first moment after it")
                .also(from.span, "first moment of it")
                .help("exchange `from` and `to`, or mend the date"),
        ),
        // A week that wraps is fine; one of no length is not.
        Window::Weekly(week) if week.from == week.to => Some(
            RULE.found(format!("`{}` lasts no time", freeze.name))
                .at(week.span, "begins and ends in the same minute")
                .help("write e.g. `\"Fri 16:00..Mon 08:00\"`; the whole week cannot be frozen"),
        ),
        Window::Once { .. } | Window::Weekly(_) => None,
    }
}
