//! A service says when to add instances, and may have no more in any environment.

use std::collections::HashSet;

use towel_model::{ScaleOn, Stack};
use towel_source::{Diagnostic, Severity, Span};

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::over_product(Severity::Warning, "scale-on-without-range", include_str!("scale-on-without-range.md"), examine);

fn examine(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let scaled: HashSet<&str> = stacks
        .iter()
        .flat_map(|stack| &stack.services)
        .filter(|service| service.replicas.min < service.replicas.max)
        .map(|service| service.name.as_str())
        .collect();
    let mut seen = HashSet::new();
    for service in stacks.iter().flat_map(|stack| &stack.services) {
        if let Some(place) = service.scale_on.as_ref().and_then(place)
            && !scaled.contains(service.name.as_str())
            && seen.insert(service.name.as_str())
        {
            let count = service.replicas.min;
            found.push(
                RULE.found(format!("`{}` says when to add instances but has a fixed number", service.name))
                    .at(place, "never looked at")
                    .also(service.replicas.span, format!("always {count}"))
                    .help(format!("write a range such as `replicas: {count}..{}`, or remove `scale_on:`", count * 3)),
            );
        }
    }
}

fn place(scale: &ScaleOn) -> Option<Span> {
    scale.cpu.as_ref().map(|cpu| cpu.span).or_else(|| scale.memory.as_ref().map(|memory| memory.span))
}
