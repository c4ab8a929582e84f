//! A production database that a provider runs stands in one zone alone.

use towel_model::{Class, DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("managed-without-standby", include_str!("managed-without-standby.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    // Buckets are spread over zones as they are.
    for datastore in stack.datastores.iter().filter(|datastore| *datastore.kind != DatastoreKind::S3) {
        if let Some(managed) = datastore.managed.as_ref().filter(|managed| !managed.multi_az) {
            found.push(
                RULE.found(format!("`{}` is gone when one zone is", datastore.name))
                    .at(managed.by.span, "one server in one zone")
                    .note("the provider's maintenance stops it as well")
                    .help("set `multi_az: true` for production"),
            );
        }
    }
}
