//! A single slow answer starts an instance again.

use towel_model::{Class, Stack};
use towel_source::Diagnostic;

use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule::warning("one-miss-restarts", include_str!("one-miss-restarts.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    if *stack.environment.class == Class::Dev {
        return;
    }
    for service in &stack.services {
        let Some(live) = service.health.live.as_ref().filter(|live| live.failures == 1) else { continue };
        found.push(
            RULE.found(format!("one slow answer starts an instance of `{}` again", service.name))
                .at(live.span, format!("1 failure × within {} = restarted", duration(live.within)))
                .help("set `failures: 3`, and ask more often if a hang is to be noticed sooner"),
        );
    }
}
