//! Backups go into a bucket that the product itself writes to.

use towel_model::{BackupPlace, DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("backup-in-own-bucket", include_str!("backup-in-own-bucket.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for store in &stack.backup_stores {
        let BackupPlace::S3 { bucket, endpoint: None, .. } = &store.place else { continue };
        let own = stack.datastores.iter().filter(|datastore| *datastore.kind == DatastoreKind::S3);
        let own = own.into_iter().find(|datastore| is_of(stack, &datastore.name, bucket));
        if let Some(datastore) = own {
            found.push(
                RULE.found(format!("backups lie in the bucket of `{}`", datastore.name))
                    .at(bucket.span, "services have keys to this bucket")
                    .also(datastore.name.span, "this one")
                    .note("a stolen key or a faulty clean-up takes the data and its backups")
                    .help("use a bucket of its own, with keys that no service has"),
            );
        }
    }
}

/// A bucket is called like its datastore, with the product's or the environment's name before it or not.
fn is_of(stack: &Stack, datastore: &str, bucket: &str) -> bool {
    let (product, environment) = (stack.name.as_str(), stack.environment.name.as_str());
    bucket == datastore
        || bucket == format!("{product}-{datastore}")
        || bucket == format!("{product}-{environment}-{datastore}")
        || bucket == format!("{product}-{datastore}-{environment}")
}
