//! A struggling instance is killed sooner than it is spared from traffic.

use std::time::Duration;

use towel_model::{Probe, Service, Stack};
use towel_source::{Diagnostic, Spanned};

use crate::phrase::{counted, duration};
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("liveness-before-readiness", include_str!("liveness-before-readiness.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for service in &stack.services {
        if let (Some(live), Some(ready)) = (&service.health.live, &service.health.ready)
            && patience(live) < patience(ready)
        {
            found.push(describe(service, live, ready));
        }
    }
}

/// How long a probe fails until it counts.
fn patience(probe: &Probe) -> Duration {
    probe.every.saturating_mul(probe.failures)
}

fn describe(service: &Service, live: &Spanned<Probe>, ready: &Spanned<Probe>) -> Diagnostic {
    let sum = |name: &str, probe: &Probe| {
        format!(
            "{name}: {} × every {} = {}",
            counted(u64::from(probe.failures), "failure"),
            duration(probe.every),
            duration(patience(probe))
        )
    };
    RULE.found(format!("`{}` is restarted before it is taken out of traffic", service.name))
        .at(live.span, format!("restarts it after {}", duration(patience(live))))
        .also(ready.span, format!("spares it after {}", duration(patience(ready))))
        .note(format!("{}\n{}", sum("live", live), sum("ready", ready)))
        .note("an overloaded instance that is restarted leaves its load to the others, which are restarted next")
        .help("let `live` fail later than `ready`: raise its `failures` or `every`")
}
