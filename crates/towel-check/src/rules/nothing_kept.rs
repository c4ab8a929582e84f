//! A backup is made and none is kept.

use towel_model::{Keep, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("nothing-kept", include_str!("nothing-kept.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        if let Some(backup) = &datastore.backup
            && backup.keep == Keep::default()
        {
            found.push(
                RULE.found(format!("no backup of `{}` is kept", datastore.name))
                    .at(backup.every.span, "every one of these would be removed again")
                    .note("hourly 0 + daily 0 + weekly 0 + monthly 0 + yearly 0 = 0 backups")
                    .help("write e.g. `keep: { daily: 7, weekly: 4 }`"),
            );
        }
    }
}
