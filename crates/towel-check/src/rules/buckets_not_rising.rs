//! The bounds of a histogram's buckets do not rise.

use towel_model::{Service, Stack};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("buckets-not-rising", include_str!("buckets-not-rising.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let buckets = &service.metrics.as_ref()?.buckets;
    let (before, after) = buckets.iter().zip(buckets.iter().skip(1)).find(|(one, next)| next.value <= one.value)?;
    Some(
        RULE.found(format!("the buckets of `{}` do not rise", service.name))
            .at(after.span, format!("{} after {}", duration(after.value), duration(before.value)))
            .also(before.span, "this one stands before it")
            .help("write the bounds from the lowest to the highest, each once"),
    )
}
