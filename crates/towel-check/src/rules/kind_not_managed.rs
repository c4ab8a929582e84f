//! A datastore is left to a provider that does not run its kind.

use towel_model::{DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("kind-not-managed", include_str!("kind-not-managed.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(managed) = datastore.managed.as_ref().filter(|_| !is_offered(*datastore.kind)) else { continue };
        let provider = managed.by.name();
        found.push(
            RULE.found(format!("`{provider}` does not run `{}` as what it is", datastore.name))
                .at(datastore.kind.span, "no kind that is offered")
                .also(managed.by.span, "left to this provider")
                .note("offered: `postgres`, `mysql`, `mariadb`, `redis`, `s3`")
                .help("remove `managed:`, and it runs in the cluster"),
        );
    }
}

fn is_offered(kind: DatastoreKind) -> bool {
    match kind {
        DatastoreKind::Postgres
        | DatastoreKind::Mysql
        | DatastoreKind::Mariadb
        | DatastoreKind::Redis
        | DatastoreKind::S3 => true,
        DatastoreKind::Mongodb | DatastoreKind::Rabbitmq => false,
    }
}
