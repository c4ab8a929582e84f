//! A promised latency lies above the last bucket of its histogram.

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::latency::{Promise, promises};
use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("latency-above-buckets", include_str!("latency-above-buckets.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(promises(stack).filter_map(|promise| describe(&promise)));
}

fn describe(promise: &Promise<'_>) -> Option<Diagnostic> {
    let (within, last) = (promise.within.value, *promise.bounds.last()?);
    if within <= last {
        return None;
    }
    let message = format!("`{}` cannot tell whether it keeps its promised {}", promise.service.name, promise.name());
    let found = if promise.is_declared() { RULE.found(message) } else { RULE.suspected(message) };
    Some(
        found
            .at(promise.within.span, format!("{} > {}", duration(within), duration(last)))
            .also(promise.metrics.span, promise.label())
            .note(format!("a quantile read off this histogram is never more than its last bound, {}", duration(last)))
            .help(format!(
                "give the histogram a bucket up to `{0}` and list it under `metrics: {{ buckets: … }}`",
                duration(within)
            )),
    )
}
