//! Nobody ever tries whether a production backup can be restored.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("backup-never-restored", include_str!("backup-never-restored.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for datastore in &stack.datastores {
        if let Some(backup) = &datastore.backup
            && backup.drill.is_none()
        {
            found.push(
                RULE.found(format!("no drill ever restores a backup of `{}`", datastore.name))
                    .at(backup.every.span, "backed up, but `drill:` is missing")
                    .note("a backup counts only when it has been restored: a drill measures the real RPO and RTO")
                    .help("add `drill: weekly`"),
            );
        }
    }
}
