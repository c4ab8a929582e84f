//! Environments that come after themselves, so that no version could ever reach them.

use std::collections::{HashMap, HashSet};

use towel_source::{Diagnostic, Spanned};

use crate::Environment;
use crate::key::Reader;

/// Reports each circle of `after` once.
pub(crate) fn check_circles<'e>(environments: impl Iterator<Item = &'e Environment> + Clone, reader: &mut Reader<'_>) {
    let after: HashMap<&str, &Spanned<String>> = environments
        .clone()
        .filter_map(|environment| Some((environment.name.as_str(), environment.after.as_ref()?)))
        .collect();
    let mut walked: HashSet<&str> = HashSet::new();
    for environment in environments {
        let mut path: Vec<&str> = Vec::new();
        let mut next = Some(environment.name.as_str());
        while let Some(name) = next.filter(|name| walked.insert(name)) {
            path.push(name);
            next = after.get(name).map(|before| before.as_str());
        }
        // The walk ended where it had been before; on this path, that closes a circle.
        if let Some(start) = next.and_then(|name| path.iter().position(|passed| *passed == name)) {
            report(&path[start..], &after, reader);
        }
    }
}

fn report(circle: &[&str], after: &HashMap<&str, &Spanned<String>>, reader: &mut Reader<'_>) {
    let (Some(first), Some(place)) = (circle.first(), circle.first().and_then(|name| after.get(name))) else { return };
    let names: Vec<String> = circle.iter().chain([first]).map(|name| format!("`{name}`")).collect();
    reader.report(
        Diagnostic::error("environment-circle", format!("environment `{first}` comes after itself"))
            .at(place.span, "so no version could ever reach it")
            .note(names.join(" after ")),
    );
}
