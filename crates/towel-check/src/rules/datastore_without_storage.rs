//! Production data lies where it is lost with the next restart.

use towel_model::{Class, DatastoreKind, EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("datastore-without-storage", include_str!("datastore-without-storage.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let environment = &stack.environment;
    // The local engine keeps its volumes in a folder without a size.
    if *environment.class != Class::Production || *environment.engine != EngineKind::Kubernetes {
        return;
    }
    for datastore in
        stack.datastores.iter().filter(|datastore| datastore.storage.is_none() && datastore.managed.is_none())
    {
        match *datastore.kind {
            DatastoreKind::Postgres | DatastoreKind::Mysql | DatastoreKind::Mariadb | DatastoreKind::Mongodb => {
                found.push(
                    RULE.found(format!("`{}` keeps production data without a volume", datastore.name))
                        .at(datastore.name.span, "no `storage:`")
                        .note("a pod's own disk is emptied whenever the pod is moved or its node is replaced")
                        .help("add e.g. `storage: 20Gi`"),
                );
            }
            DatastoreKind::Redis | DatastoreKind::Rabbitmq | DatastoreKind::S3 => {}
        }
    }
}
