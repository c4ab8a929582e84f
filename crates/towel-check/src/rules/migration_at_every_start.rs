//! Every instance changes the database's schema when it starts.

use towel_model::{Service, Stack};
use towel_source::Diagnostic;

use crate::command::words;
use crate::phrase::duration;
use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule::warning("migration-at-every-start", include_str!("migration-at-every-start.md"), examine);

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    found.extend(stack.services.iter().filter_map(describe));
}

fn describe(service: &Service) -> Option<Diagnostic> {
    let run = service.run.as_ref()?;
    let words = words(&run.text);
    // A script that a shell is given: several commands, one of which migrates.
    let script = words.iter().skip_while(|word| !is_script_flag(&word.text)).nth(1)?;
    let parts: Vec<&str> = script.text.split(['&', ';', '\n']).filter(|part| !part.trim().is_empty()).collect();
    let migrates = parts.len() > 1 && parts.iter().any(|part| part.to_lowercase().contains("migrat"));
    migrates.then(|| {
        RULE.found(format!("every instance of `{}` migrates when it starts", service.name))
            .at(run.span, "runs in each instance, each time")
            .also(service.health.start.span, format!("given up after {}", duration(service.health.start.value)))
            .note("several instances that start together change the schema at the same time; a long migration is killed halfway")
            .help("move it to `rollout: { before: [{ run: …, within: 10m }] }`")
    })
}

/// `-c`, also among other letters: `sh -ec`.
fn is_script_flag(word: &str) -> bool {
    word.strip_prefix('-')
        .is_some_and(|letters| letters.ends_with('c') && letters.bytes().all(|byte| byte.is_ascii_lowercase()))
}
