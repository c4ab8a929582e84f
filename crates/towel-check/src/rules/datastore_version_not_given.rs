//! The version of a production datastore is left to chance.

use towel_model::{Class, DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("datastore-version-not-given", include_str!("datastore-version-not-given.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for datastore in &stack.datastores {
        // Buckets have no version to choose.
        if datastore.version.is_none() && *datastore.kind != DatastoreKind::S3 {
            found.push(
                RULE.found(format!("the version of `{}` is left to chance", datastore.name))
                    .at(datastore.name.span, "no `version:`")
                    .note("a newer major version may refuse the files of the older one, and there is no way back")
                    .help(format!("add the version that runs today, e.g. `version: \"{}\"`", example(*datastore.kind))),
            );
        }
    }
}

const fn example(kind: DatastoreKind) -> &'static str {
    match kind {
        DatastoreKind::Postgres => "16",
        DatastoreKind::Mysql => "8.4",
        DatastoreKind::Mariadb => "11.4",
        DatastoreKind::Mongodb | DatastoreKind::Redis => "7",
        // Buckets were left out above; any figure will do for them.
        DatastoreKind::Rabbitmq | DatastoreKind::S3 => "4",
    }
}
