//! A rollout may be given up although each of its stages is in time.

use std::time::Duration;

use towel_model::{Service, Stack, Strategy};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("stages-exceed-deadline", include_str!("stages-exceed-deadline.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let rollout = &service.rollout;
    let hooks: Duration = rollout.before.iter().map(|hook| hook.within).sum();
    let steps = u32::try_from(rollout.steps.len()).unwrap_or(u32::MAX);
    let baking = match *rollout.strategy {
        Strategy::Canary => rollout.bake.value.saturating_mul(steps),
        Strategy::Rolling | Strategy::Recreate => Duration::ZERO,
    };
    // That baking alone takes too long is another fault.
    if baking >= rollout.deadline.value {
        return None;
    }
    let (start, drain) = (service.health.start.value, service.drain.value);
    let needed = hooks.saturating_add(start).saturating_add(baking).saturating_add(drain);
    (needed > rollout.deadline.value).then(|| {
        RULE.found(format!("a rollout of `{}` may be given up while all is well", service.name))
            .at(rollout.deadline.span, format!("given up after {}", duration(rollout.deadline.value)))
            .note(format!(
                "hooks {} + start {} + baking {} + drain {} = {} > deadline {}",
                duration_or_none(hooks),
                duration(start),
                duration_or_none(baking),
                duration_or_none(drain),
                duration(needed),
                duration(rollout.deadline.value)
            ))
            .help(format!(
                "set `deadline` to at least `{}`, or `within` of the hooks to what they take",
                duration(needed)
            ))
    })
}

fn duration_or_none(length: Duration) -> String {
    if length.is_zero() { "0".to_owned() } else { duration(length) }
}
