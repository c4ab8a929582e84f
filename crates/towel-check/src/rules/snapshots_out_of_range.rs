//! A provider does not keep snapshots for as long as is asked.

use std::time::Duration;

use towel_model::{DatastoreKind, Stack};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("snapshots-out-of-range", include_str!("snapshots-out-of-range.md"), examine);

const DAY: Duration = Duration::from_secs(86_400);
/// What RDS and ElastiCache take.
const MOST: Duration = Duration::from_secs(35 * 86_400);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in stack.datastores.iter().filter(|datastore| *datastore.kind != DatastoreKind::S3) {
        let Some(managed) = &datastore.managed else { continue };
        let Some(kept) = managed.snapshots.as_ref().filter(|kept| !(DAY..=MOST).contains(&kept.value)) else {
            continue;
        };
        let label =
            if kept.value < DAY { "rounded down to no days, which turns them off" } else { "more than is offered" };
        found.push(
            RULE.found(format!("snapshots of `{}` are not kept for {}", datastore.name, duration(kept.value)))
                .at(kept.span, label)
                .also(managed.by.span, format!("keeps them from {} to {}", duration(DAY), duration(MOST)))
                .help("write `1d` to `35d`; what is to last longer belongs under `backup: { keep: … }`"),
        );
    }
}
