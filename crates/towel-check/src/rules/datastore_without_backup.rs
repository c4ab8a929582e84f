//! A production datastore has no backup.

use towel_model::{Class, Datastore, DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("datastore-without-backup", include_str!("datastore-without-backup.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for datastore in stack.datastores.iter().filter(|datastore| datastore.backup.is_none()) {
        match *datastore.kind {
            DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb | DatastoreKind::Mongodb => {
                found.push(describe(datastore, RULE.found(message(datastore))));
            }
            // With a volume it is more than a cache.
            DatastoreKind::Redis if datastore.storage.is_some() => {
                found.push(describe(datastore, RULE.suspected(message(datastore))));
            }
            // Messages are on their way and buckets keep versions; neither is dumped.
            DatastoreKind::Redis | DatastoreKind::Rabbitmq | DatastoreKind::S3 => {}
        }
    }
}

fn message(datastore: &Datastore) -> String {
    format!("`{}` keeps production data and has no backup", datastore.name)
}

fn describe(datastore: &Datastore, found: Diagnostic) -> Diagnostic {
    found
        .at(datastore.name.span, "")
        .note("a deploy to production takes a backup first; without one there is nothing to go back to")
        .help(
            "add e.g. `backup: { every: 4h, keep: { daily: 7, weekly: 4 }, to: [STORE], rpo: 5h, rto: 1h, drill: 7d }`",
        )
}
