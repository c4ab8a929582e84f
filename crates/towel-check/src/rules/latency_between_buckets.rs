//! A promised latency lies between two buckets of its histogram.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::latency::{Promise, promises};
use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("latency-between-buckets", include_str!("latency-between-buckets.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(promises(stack).filter_map(|promise| describe(&promise)));
}

fn describe(promise: &Promise<'_>) -> Option<Diagnostic> {
    let within = promise.within.value;
    // What lies above the last bucket is another fault.
    let above = *promise.bounds.iter().find(|bound| **bound >= within)?;
    if above == within {
        return None;
    }
    let below = promise.bounds.iter().rev().find(|bound| **bound < within).copied().unwrap_or_default();
    let message = format!("no bucket of `{}` ends at its promised {}", promise.service.name, promise.name());
    let found = if promise.is_declared() { RULE.found(message) } else { RULE.suspected(message) };
    let (low, high) = (duration(below), duration(above));
    Some(
        found
            .at(promise.within.span, format!("between the bounds {low} and {high}"))
            .also(promise.metrics.span, promise.label())
            .note(format!("buckets: {}", promise.buckets()))
            .note(format!("a request of {low} and one of {high} are counted in the same bucket"))
            .help(format!(
                "give the histogram a bucket up to `{0}` and list it under `metrics: {{ buckets: … }}`, or promise `{high}`",
                duration(within)
            )),
    )
}
