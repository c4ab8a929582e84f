//! A store that is marked as elsewhere stands in the region of the data.

use towel_model::{BackupPlace, BackupStore, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("offsite-in-same-region", include_str!("offsite-in-same-region.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let (Some(backup), Some(managed)) = (&datastore.backup, &datastore.managed) else { continue };
        let Some(home) = &managed.region else { continue };
        let stores = backup.to.iter().filter_map(|to| stack.backup_stores.iter().find(|store| store.name == *to));
        for (store, region) in stores.filter(|store| store.offsite).filter_map(|store| Some((store, region(store)?))) {
            if region == home {
                found.push(
                    RULE.found(format!("`{}` is not elsewhere than `{}`", store.name, datastore.name))
                        .at(region.span, "the same region")
                        .also(home.span, format!("`{}` is here", datastore.name))
                        .note("the 3-2-1 rule: 3 copies, on 2 kinds of storage, 1 of them elsewhere")
                        .help("use a bucket in another region, or remove `offsite: true`"),
                );
            }
        }
    }
}

/// Of AWS: another provider may well call a region the same.
fn region(store: &BackupStore) -> Option<&Spanned<String>> {
    match &store.place {
        BackupPlace::S3 { region, endpoint: None, .. } => region.as_ref(),
        BackupPlace::S3 { .. } | BackupPlace::Path(_) => None,
    }
}
