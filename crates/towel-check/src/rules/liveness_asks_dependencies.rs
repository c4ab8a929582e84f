//! Liveness asks a path that looks at datastores or other services.

use towel_model::{Ask, Service, Stack};
use towel_source::Diagnostic;

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("liveness-asks-dependencies", include_str!("liveness-asks-dependencies.md"), examine);

/// What a path says when more than the process is looked at.
const WORDS: [&str; 15] = [
    "ready",
    "readiness",
    "readyz",
    "db",
    "database",
    "postgres",
    "mysql",
    "mongo",
    "mongodb",
    "redis",
    "dependencies",
    "deps",
    "deep",
    "full",
    "upstream",
];

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let live = service.health.live.as_ref()?;
    // Both asking the same has a rule of its own.
    if service.health.ready.as_ref().is_some_and(|ready| ready.ask == live.ask) {
        return None;
    }
    let Ask::Http(path) = &live.ask else { return None };
    let word = path
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .find(|part| WORDS.contains(&part.to_lowercase().as_str()))?;
    Some(
        RULE.found(format!("`{}` is started again when something else is away", service.name))
            .at(live.span, format!("`{word}` asks for more than the process itself"))
            .note("an outage of a datastore then restarts every instance at once, again and again")
            .help("ask a path that looks at nothing but the process, and leave the rest to `ready`"),
    )
}
