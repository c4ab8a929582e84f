//! A `${secret.NAME}` names a secret that is not declared.

use std::collections::{BTreeMap, HashSet};

use towel_model::{Reference, Stack};
use towel_source::{Diagnostic, Span};

use crate::phrase::{choice, nearest};
use crate::rule::Rule;
use crate::uses;

pub(crate) const RULE: Rule = Rule::error("undeclared-secret", include_str!("undeclared-secret.md"), examine);

/// More places than these say nothing new.
const PLACES: usize = 4;

fn examine(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let declared: HashSet<&str> = stack.secrets.iter().map(|secret| secret.name.as_str()).collect();
    let mut places: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for used in uses::of_stack(stack) {
        if let Reference::Secret(name) = used.to
            && !declared.contains(name.as_str())
        {
            places.entry(name).or_default().push(used.span);
        }
    }
    found.extend(places.into_iter().map(|(name, spans)| describe(stack, name, &spans)));
}

fn describe(stack: &Stack, name: &str, places: &[Span]) -> Diagnostic {
    let mut found = RULE.found(format!("secret `{name}` is used but not declared"));
    for place in places.iter().take(PLACES) {
        found = found.also(*place, "");
    }
    if places.len() > PLACES {
        found = found.note(format!("and at {} more places", places.len() - PLACES));
    }
    let declared = || stack.secrets.iter().map(|secret| secret.name.as_str());
    let declare = format!("`secrets: {{ {name}: {{ description: … }} }}`");
    match (nearest(name, declared()), places) {
        (Some(near), [place]) => found
            .help(format!("did you mean `{near}`? or declare it: {declare}"))
            .suggest(*place, as_written(*place, name, near)),
        (Some(near), _) => found.help(format!("did you mean `{near}`? or declare it: {declare}")),
        (None, _) => choice(found, name, declared()).help(format!("declare it: {declare}")),
    }
}

/// `secret: NAME` is marked as the name alone (perhaps in quotes), `${secret.NAME}` as a whole.
fn as_written(place: Span, name: &str, near: &str) -> String {
    let length = (place.end - place.start) as usize;
    if length > name.len() + 2 { format!("${{secret.{near}}}") } else { near.to_owned() }
}
