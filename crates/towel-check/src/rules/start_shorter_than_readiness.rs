//! An instance has less time to start than its readiness probe needs to say yes.

use towel_model::{Service, Stack};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::error("start-shorter-than-readiness", include_str!("start-shorter-than-readiness.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let (ready, start) = (service.health.ready.as_ref()?, &service.health.start);
    // The first question may be asked at once, the others follow one interval apart.
    let waits = ready.successes.saturating_sub(1);
    let needed = ready.every.saturating_mul(waits);
    if waits == 0 || needed < start.value {
        return None;
    }
    Some(
        RULE.found(format!("`{}` can never be ready within its start time", service.name))
            .at(start.span, format!("given up after {}", duration(start.value)))
            .also(ready.span, format!("says yes after {} at the earliest", duration(needed)))
            .note(format!(
                "({} successes - 1) × every {} = {} ≥ start {}",
                ready.successes,
                duration(ready.every),
                duration(needed),
                duration(start.value)
            ))
            .help(format!("set `start` well above `{}`, or ask more often", duration(needed))),
    )
}
