//! A higher quantile is promised to be faster than a lower one.

use towel_model::{Service, Stack};
use towel_source::Diagnostic;

use crate::phrase::{duration, figure};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("latency-not-rising", include_str!("latency-not-rising.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let mut promises: Vec<_> = service.slo.as_ref()?.latency.iter().collect();
    promises.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (lower, higher) =
        promises.iter().zip(promises.iter().skip(1)).find(|(low, high)| high.1.value < low.1.value)?;
    let name = |quantile: f64| format!("p{}", figure(quantile * 100.0, 2));
    let (low, high) = (name(lower.0), name(higher.0));
    Some(
        RULE.found(format!("`{}` promises a `{high}` that is faster than its `{low}`", service.name))
            .at(higher.1.span, format!("{high} {}", duration(higher.1.value)))
            .also(lower.1.span, format!("{low} {}", duration(lower.1.value)))
            .note(format!("{high} counts the requests of {low} and slower ones, so it cannot be smaller"))
            .help(format!("set `{high}` to at least `{}`", duration(lower.1.value))),
    )
}
