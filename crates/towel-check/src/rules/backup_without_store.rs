//! A datastore is to be backed up, but to nowhere.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("backup-without-store", include_str!("backup-without-store.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(backup) = &datastore.backup else { continue };
        if backup.to.is_empty() {
            let stores = stack.backup_stores.iter().map(|store| store.name.as_str());
            let help = match stores.collect::<Vec<_>>().as_slice() {
                [] => "declare one under `backup_stores:` and name it, e.g. `to: [nearby]`".to_owned(),
                stores => format!("write `to: [{}]`", stores.join(", ")),
            };
            found.push(
                RULE.found(format!("backups of `{}` go nowhere", datastore.name))
                    .at(backup.every.span, "a backup is due, but `to:` names no store")
                    .help(help),
            );
        }
    }
}
