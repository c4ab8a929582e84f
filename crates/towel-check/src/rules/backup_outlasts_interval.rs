//! A backup takes longer than the time until the next one.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("backup-outlasts-interval", include_str!("backup-outlasts-interval.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(backup) = &datastore.backup else { continue };
        let Some(takes) = &backup.takes else { continue };
        if takes.value >= backup.every.value {
            found.push(
                RULE.found(format!("a backup of `{}` is still running when the next one is due", datastore.name))
                    .at(takes.span, "until one is done")
                    .also(backup.every.span, "until the next begins")
                    .note(format!("takes {} ≥ every {}", duration(takes.value), duration(backup.every.value)))
                    .help(format!("set `every` above `{}`", duration(takes.value))),
            );
        }
    }
}
