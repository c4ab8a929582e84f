//! A datastore is copied to the region in which it already is.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("replica-in-same-region", include_str!("replica-in-same-region.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for datastore in &stack.datastores {
        let Some(managed) = &datastore.managed else { continue };
        let (Some(region), Some(replica)) = (&managed.region, &managed.replicate_to) else { continue };
        if region.eq_ignore_ascii_case(replica) {
            found.push(
                RULE.found(format!("`{}` is copied to where it is", datastore.name))
                    .at(replica.span, "the same region")
                    .also(region.span, "it is here")
                    .help("name another region, or use `multi_az: true` against the loss of one zone"),
            );
        }
    }
}
