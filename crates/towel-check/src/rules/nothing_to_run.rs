//! The engine of an environment has nothing that it could start.

use towel_model::{EngineKind, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::error("nothing-to-run", include_str!("nothing-to-run.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let local = *stack.environment.engine == EngineKind::Local;
    for service in stack.services.iter().filter(|service| service.image.is_none()) {
        if service.run.is_some() && local {
            continue;
        }
        let (why, help) = match &service.run {
            Some(_) => ("a cluster runs images, not commands", "add `image: REGISTRY/NAME:${version}`"),
            None => (
                "neither `image:` nor `run:`",
                "add `image: REGISTRY/NAME:${version}`, or `run: COMMAND` for the local engine",
            ),
        };
        let place = service.run.as_ref().map_or(service.name.span, |run| run.span);
        found.push(
            RULE.found(format!("`{}` cannot be started: there is nothing to run", service.name))
                .at(place, why)
                .help(help),
        );
    }
}
