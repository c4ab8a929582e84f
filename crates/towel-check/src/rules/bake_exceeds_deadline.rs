//! A rollout cannot end before its deadline even if everything goes well.

use std::time::Duration;

use towel_model::{Rollout, Service, Stack, Strategy};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("bake-exceeds-deadline", include_str!("bake-exceeds-deadline.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let rollout = &service.rollout;
        if *rollout.strategy == Strategy::Canary && least(rollout) >= rollout.deadline.value {
            found.push(describe(service));
        }
    }
}

/// The least time that a rollout takes: every step bakes.
fn least(rollout: &Rollout) -> Duration {
    rollout.bake.value.saturating_mul(u32::try_from(rollout.steps.len()).unwrap_or(u32::MAX))
}

fn describe(service: &Service) -> Diagnostic {
    let rollout = &service.rollout;
    let (steps, least) = (rollout.steps.len(), least(rollout));
    RULE.found(format!("no rollout of `{}` can end before its deadline", service.name))
        .at(rollout.deadline.span, "the rollout is given up here")
        .also(rollout.bake.span, format!("the least time at each of {steps} steps"))
        .note(format!(
            "{steps} steps × bake {} = {} ≥ deadline {}",
            duration(rollout.bake.value),
            duration(least),
            duration(rollout.deadline.value)
        ))
        .note("hooks, starting and draining come on top")
        .help(format!("set `deadline` to at least `{}`, or shorten `bake`", duration(least.saturating_mul(2))))
}
