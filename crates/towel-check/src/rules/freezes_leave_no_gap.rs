//! The weekly freezes of an environment cover the whole week.

use std::collections::BTreeMap;

use towel_model::{Freeze, Stack, WeekRange, Window};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("freezes-leave-no-gap", include_str!("freezes-leave-no-gap.md"), examine);

/// Minutes of a week.
const WEEK: u32 = 7 * 24 * 60;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    // Local weeks of different zones are not the same minutes; each zone is looked at for itself.
    let mut zones: BTreeMap<&str, Vec<(&Freeze, WeekRange)>> = BTreeMap::new();
    for freeze in &stack.freezes {
        if let Window::Weekly(range) = &freeze.window {
            zones.entry(freeze.timezone.as_str()).or_default().push((freeze, range.value));
        }
    }
    for freezes in zones.values().filter(|freezes| covered(freezes) == WEEK) {
        found.extend(describe(stack, freezes));
    }
}

/// Minutes of the week in at least one of them.
fn covered(freezes: &[(&Freeze, WeekRange)]) -> u32 {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for (_, WeekRange { from, to }) in freezes {
        if from < to {
            parts.push((*from, *to));
        } else {
            parts.extend([(*from, WEEK), (0, *to)]);
        }
    }
    parts.sort_unstable();
    let (mut total, mut end) = (0, 0);
    for (from, to) in parts {
        total += to.max(end) - from.max(end);
        end = to.max(end);
    }
    total
}

fn describe(stack: &Stack, freezes: &[(&Freeze, WeekRange)]) -> Option<Diagnostic> {
    let ((last, _), others) = freezes.split_last()?;
    let fault = RULE
        .found(format!("nothing can ever be deployed to `{}`", stack.environment.name))
        .at(last.name.span, "with this one the week is full");
    let fault = others.iter().fold(fault, |fault, (freeze, _)| fault.also(freeze.name.span, "and this"));
    Some(
        fault
            .note(format!("together {WEEK} min of the {WEEK} min of a week"))
            .help("leave some hours in which people are there, e.g. `weekly: \"Fri 16:00..Mon 08:00\"`"),
    )
}
