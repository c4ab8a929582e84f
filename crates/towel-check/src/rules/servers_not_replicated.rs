//! A datastore is to have several servers, and nothing makes them hold the same data.

use towel_model::{DatastoreKind, EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("servers-not-replicated", include_str!("servers-not-replicated.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.engine != EngineKind::Kubernetes {
        return;
    }
    for datastore in stack.datastores.iter().filter(|it| it.replicas.value > 1 && it.managed.is_none()) {
        if !forms_a_set(*datastore.kind) {
            found.push(
                RULE.found(format!("the servers of `{}` would not hold the same data", datastore.name))
                    .at(
                        datastore.replicas.span,
                        format!("{} servers that know nothing of each other", datastore.replicas),
                    )
                    .also(datastore.kind.span, "sets up no replication by itself")
                    .note(
                        "each connection meets one of them at random: what was written to one is missing on the other",
                    )
                    .help("remove `replicas:`, or let a provider run it: `managed: { by: aws, multi_az: true }`"),
            );
        }
    }
}

fn forms_a_set(kind: DatastoreKind) -> bool {
    match kind {
        DatastoreKind::Mongodb | DatastoreKind::Rabbitmq => true,
        DatastoreKind::Postgres
        | DatastoreKind::Mysql
        | DatastoreKind::Mariadb
        | DatastoreKind::Redis
        | DatastoreKind::S3 => false,
    }
}
