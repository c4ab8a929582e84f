//! Every dependency has its reason in `docs/dependencies.md`, and every reason its dependency.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::Metadata;

use super::findings::Finding;
use crate::repository::Text;

const REASONS: &str = "docs/dependencies.md";

/// Dependencies of the workspace that come from outside, and a manifest that names each.
pub(super) fn outside(metadata: &Metadata, texts: &[Text]) -> BTreeMap<String, String> {
    let mut outside = BTreeMap::new();
    for package in metadata.workspace_packages() {
        for used in package.dependencies.iter().filter(|used| used.path.is_none()) {
            outside.insert(used.name.clone(), format!("the manifest of `{}`", package.name));
        }
    }
    // The fuzz targets are a workspace of their own, so cargo does not tell of them here.
    for text in texts.iter().filter(|text| text.path.ends_with("fuzz/Cargo.toml")) {
        for (name, _) in declared(&text.text, "dependencies") {
            outside.entry(name).or_insert_with(|| text.path.clone());
        }
    }
    outside
}

/// Dependencies without a reason, reasons without a dependency, and versions that nobody uses.
pub(super) fn check(outside: &BTreeMap<String, String>, texts: &[Text]) -> Vec<Finding> {
    let Some(reasons) = texts.iter().find(|text| text.path == REASONS) else {
        return vec![Finding::error(REASONS, 0, "is not there")];
    };
    let given = given(&reasons.text);
    let known: BTreeSet<&str> = given.iter().map(|(_, name, _)| name.as_str()).collect();
    let missing = outside
        .iter()
        .filter(|(name, _)| !known.contains(name.as_str()))
        .map(|(name, place)| Finding::error(REASONS, 0, format!("gives no reason for `{name}`, which {place} names")));
    let stale = given.iter().filter_map(|(line, name, reason)| {
        let what = if !outside.contains_key(name) {
            format!("gives a reason for `{name}`, which nothing uses")
        } else if reason.len() < 20 {
            format!("gives no reason for `{name}` that could be called one")
        } else {
            return None;
        };
        Some(Finding::error(REASONS, *line, what))
    });
    missing.chain(stale).chain(unused(outside, texts)).collect()
}

/// Rows of the tables: line, name and reason.
fn given(text: &str) -> Vec<(usize, String, String)> {
    let row = |(number, line): (usize, &str)| {
        let (name, reason) = line.strip_prefix("| `")?.split_once("` |")?;
        Some((number + 1, name.to_owned(), reason.trim_end_matches('|').trim().to_owned()))
    };
    text.lines().enumerate().filter_map(row).collect()
}

fn unused(outside: &BTreeMap<String, String>, texts: &[Text]) -> Vec<Finding> {
    let Some(manifest) = texts.iter().find(|text| text.path == "Cargo.toml") else { return Vec::new() };
    let declared = declared(&manifest.text, "workspace.dependencies");
    let unused = declared.into_iter().filter(|(name, _)| !outside.contains_key(name));
    unused.map(|(name, line)| Finding::error("Cargo.toml", line, format!("`{name}` is used by no crate"))).collect()
}

/// Names from outside that a section of a manifest declares, with their lines.
fn declared(manifest: &str, section: &str) -> Vec<(String, usize)> {
    let header = format!("[{section}]");
    let lines = manifest.lines().enumerate().skip_while(|(_, line)| line.trim() != header).skip(1);
    let section = lines.take_while(|(_, line)| !line.trim_start().starts_with('['));
    let section = section.filter(|(_, line)| !line.contains("path ="));
    section.filter_map(|(number, line)| Some((name(line)?, number + 1))).collect()
}

fn name(line: &str) -> Option<String> {
    let name = line.split_once('=')?.0.trim().split('.').next()?.trim().trim_matches('"');
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::findings::told;
    use super::*;

    fn check_reasons(reasons: &str, manifest: &str, used: &[&str]) -> Vec<String> {
        let outside = used.iter().map(|name| ((*name).to_owned(), "the manifest of `x`".to_owned())).collect();
        let text = |path: &str, text: &str| Text { path: path.to_owned(), text: text.to_owned() };
        told(&check(&outside, &[text(REASONS, reasons), text("Cargo.toml", manifest)]))
    }

    const GOOD: &str =
        "| crate | why |\n|---|---|\n| `tokio` | the runtime that everything else here is written for |\n";

    #[test]
    fn every_dependency_needs_a_reason() {
        assert!(check_reasons(GOOD, "", &["tokio"]).is_empty());
        assert_eq!(
            check_reasons(GOOD, "", &["tokio", "serde"]),
            ["error: docs/dependencies.md: gives no reason for `serde`, which the manifest of `x` names"]
        );
    }

    #[test]
    fn every_reason_needs_a_dependency_and_words() {
        assert_eq!(
            check_reasons(GOOD, "", &[]),
            ["error: docs/dependencies.md:3: gives a reason for `tokio`, which nothing uses"]
        );
        assert_eq!(check_reasons("| `tokio` | good |\n", "", &["tokio"]).len(), 1);
    }

    #[test]
    fn a_declared_version_that_nobody_uses_is_refused() {
        let manifest = "[workspace.dependencies]\n# why\nown = { path = \"a\" }\ntokio = \"1\"\nserde = { version = \"1\" }\n\n[x]\ny = 1\n";
        assert_eq!(check_reasons(GOOD, manifest, &["tokio"]), ["error: Cargo.toml:5: `serde` is used by no crate"]);
    }

    #[test]
    fn without_the_page_there_are_no_reasons() {
        assert_eq!(told(&check(&BTreeMap::new(), &[])), ["error: docs/dependencies.md: is not there"]);
    }
}
