//! A rate is taken over too few samples to mean anything.

use std::time::Duration;

use towel_model::Stack;
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("rate-window-too-short", include_str!("rate-window-too-short.md"), examine);

/// From one sample to the next.
const SCRAPE: Duration = Duration::from_secs(15);
/// With fewer, one missed sample leaves no rate at all.
const SAMPLES: u32 = 4;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for alert in &stack.alerts {
        let least = SCRAPE.saturating_mul(SAMPLES);
        if let Some(rate) = &alert.rate
            && rate.value < least
        {
            found.push(
                RULE.found(format!("alert `{}` takes a rate over too few samples", alert.name))
                    .at(rate.span, format!("{} samples", rate.value.as_secs() / SCRAPE.as_secs()))
                    .note(format!(
                        "{SAMPLES} samples × every {} = {} > {}",
                        duration(SCRAPE),
                        duration(least),
                        duration(rate.value)
                    ))
                    .help(format!("set `rate` to at least `{}`; `5m` is customary", duration(least))),
            );
        }
    }
}
