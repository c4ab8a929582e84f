//! A one-off freeze lasts longer than any event.

use towel_model::{Freeze, Stack, Window};
use towel_source::Diagnostic;

use crate::phrase::counted;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("freeze-lasts-for-weeks", include_str!("freeze-lasts-for-weeks.md"), examine);

/// The longest customary one, around the turn of the year, has three weeks.
const LONGEST_DAYS: i64 = 31;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.freezes.iter().filter_map(describe));
}

fn describe(freeze: &Freeze) -> Option<Diagnostic> {
    let Window::Once { from, to } = &freeze.window else { return None };
    // Civil times a few thousand years apart always have a difference.
    let days = i64::from(from.value.date().until(to.value.date()).ok()?.get_days());
    if days <= LONGEST_DAYS {
        return None;
    }
    Some(
        RULE.found(format!("`{}` forbids deploys for `{days}` days", freeze.name))
            .at(to.span, "first moment after it")
            .also(from.span, "first moment of it")
            .note(format!("{from} to {to} = {}, more than {LONGEST_DAYS}", counted(days.unsigned_abs(), "day")))
            .help("mend the date, or write several shorter freezes"),
    )
}
