//! Manifests: what a project calls itself and what it depends on, each with its place.

use serde_json::Value;

use super::tree::{Tree, place};

/// A manifest that was read as JSON.
pub(super) struct Manifest {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) json: Value,
}

impl Manifest {
    /// The manifest of a folder; none when it is no JSON object.
    pub(super) fn read(tree: Tree<'_>, path: &str) -> Option<Self> {
        let text = tree.text(path)?;
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).ok()?;
        json.is_object().then(|| Self { path: path.to_owned(), text, json })
    }

    /// A text under keys within each other.
    pub(super) fn at(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().try_fold(&self.json, |value, key| value.get(key))?.as_str()
    }

    /// Whether something is depended on when it runs.
    pub(super) fn depends_on(&self, sections: &[&str], name: &str) -> bool {
        sections.iter().any(|section| self.json.get(section).is_some_and(|section| section.get(name).is_some()))
    }

    /// The names that are depended on.
    pub(super) fn dependencies(&self, sections: &[&str]) -> Vec<String> {
        let sections = sections.iter().filter_map(|section| self.json.get(section)?.as_object());
        sections.flat_map(|section| section.keys().cloned()).collect()
    }

    /// `path:line depends on `name``.
    pub(super) fn why(&self, name: &str) -> String {
        format!("{} depends on `{name}`", place(&self.path, &self.text, &format!("\"{name}\"")))
    }
}
