//! A backup goes to a store that is not declared.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::choice;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("unknown-backup-store", include_str!("unknown-backup-store.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let stores = || stack.backup_stores.iter().map(|store| store.name.as_str());
    for datastore in &stack.datastores {
        for name in datastore.backup.iter().flat_map(|backup| &backup.to) {
            if !stores().any(|store| store == name.as_str()) {
                let message = format!("backups of `{}` go to `{name}`, which is no backup store", datastore.name);
                let unknown = RULE.found(message).at(name.span, "not declared under `backup_stores:`");
                found.push(choice(unknown, name, stores()));
            }
        }
    }
}
