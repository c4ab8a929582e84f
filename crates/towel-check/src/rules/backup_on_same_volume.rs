//! Backups lie in the folder in which the data lies.

use towel_model::{BackupPlace, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("backup-on-same-volume", include_str!("backup-on-same-volume.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for store in &stack.backup_stores {
        let BackupPlace::Path(path) = &store.place else { continue };
        if path.split('/').any(|folder| folder == ".towel") {
            found.push(
                RULE.found(format!("backup store `{}` lies where the data lies", store.name))
                    .at(path.span, "`.towel` holds the volumes of local datastores")
                    .note("one full or broken disk, or one `towel down --volumes`, takes the data and its backups")
                    .help("choose a folder on another disk, e.g. `/var/backups/NAME`"),
            );
        }
    }
}
