//! An alert must hold for longer than the hours in which it is looked at.

use towel_model::{Alert, Stack};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("alert-outlasts-its-hours", include_str!("alert-outlasts-its-hours.md"), examine);

const DAY: u64 = 24 * 60;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.alerts.iter().filter_map(describe));
}

fn describe(alert: &Alert) -> Option<Diagnostic> {
    let during = alert.during.as_ref()?;
    let (from, to) = (u64::from(during.min), u64::from(during.max));
    // Hours such as 22:00..06:00 go past midnight.
    let minutes = if to > from { to - from } else { DAY + to - from };
    let hours = std::time::Duration::from_secs(minutes * 60);
    (alert.hold.value >= hours).then(|| {
        RULE.found(format!("alert `{}` can never fire", alert.name))
            .at(alert.hold.span, "must hold this long")
            .also(during.span, format!("looked at for {} a day", duration(hours)))
            .note(format!("for {} ≥ {} a day", duration(alert.hold.value), duration(hours)))
            .help("shorten `for:`, or widen `during:`")
    })
}
