//! A rollout beside the old version has no room for the new one.

use towel_model::{Stack, Strategy};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("surge-zero", include_str!("surge-zero.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        let (surge, strategy) = (&service.rollout.surge, &service.rollout.strategy);
        let word = match strategy.value {
            Strategy::Canary => "canary",
            Strategy::Rolling => "rolling",
            Strategy::Recreate => continue,
        };
        if surge.value == 0 {
            let instances = service.replicas.max;
            found.push(
                RULE.found(format!("`{}` has no room to start a new version beside the old one", service.name))
                    .at(surge.span, "no instance above `replicas`")
                    .note(format!("replicas {instances} + surge 0 = {instances}, all of them taken by the old version"))
                    .help(format!("set `surge: 1` or more, or `strategy: recreate` instead of `{word}`")),
            );
        }
    }
}
