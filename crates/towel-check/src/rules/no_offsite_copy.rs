//! All backups of a production datastore stand in one place.

use towel_model::{Class, Datastore, Stack};
use towel_source::Diagnostic;

use crate::phrase::names;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("no-offsite-copy", include_str!("no-offsite-copy.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class != Class::Production {
        return;
    }
    for datastore in &stack.datastores {
        let Some(backup) = &datastore.backup else { continue };
        let known: Vec<_> =
            backup.to.iter().filter_map(|to| stack.backup_stores.iter().find(|store| store.name == *to)).collect();
        // Unknown stores have their own error; nothing sure can be said about the others then.
        if known.is_empty() || known.len() < backup.to.len() || known.iter().any(|store| store.offsite) {
            continue;
        }
        found.push(describe(stack, datastore, backup.to[0].span.to(backup.to[backup.to.len() - 1].span)));
    }
}

fn describe(stack: &Stack, datastore: &Datastore, place: towel_source::Span) -> Diagnostic {
    let offsite = stack.backup_stores.iter().filter(|store| store.offsite).map(|store| store.name.as_str());
    let offsite: Vec<_> = offsite.collect();
    let help = if offsite.is_empty() {
        "declare a store elsewhere, e.g. `backup_stores: { offsite: { s3: BUCKET, region: REGION, offsite: true } }`, and add it to `to:`".to_owned()
    } else {
        format!("add {} to `to:`", names(offsite))
    };
    RULE.found(format!("no copy of `{}` leaves the site", datastore.name))
        .at(place, "none of these is marked `offsite: true`")
        .note("the 3-2-1 rule: 3 copies, on 2 kinds of storage, 1 of them elsewhere")
        .help(help)
}
