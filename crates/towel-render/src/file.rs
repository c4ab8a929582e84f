//! A rendered file, and the folder of them that targets fill.

use std::fmt::Write;

use crate::Target;
use crate::yaml::Yaml;

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it belongs, relative to the folder of `towel.yaml`, with `/` between folders.
    pub path: String,
    /// What is in it.
    pub contents: String,
    /// Which target made it.
    pub target: Target,
}

/// Where a target puts its files.
#[derive(Debug)]
pub(crate) struct Files {
    target: Target,
    files: Vec<File>,
}

impl Files {
    pub(crate) fn new(target: Target) -> Self {
        Self { target, files: Vec::new() }
    }

    pub(crate) fn into_vec(self) -> Vec<File> {
        self.files
    }

    /// A text that is complete, with its own first comment line; see [`origin`].
    pub(crate) fn text(&mut self, path: impl Into<String>, contents: impl Into<String>) {
        self.push(path.into(), contents.into());
    }

    /// One YAML document below the line that says where it came from.
    pub(crate) fn yaml(&mut self, path: impl Into<String>, from: &str, document: &Yaml) {
        self.documents(path, from, std::slice::from_ref(document));
    }

    /// Several YAML documents below the line that says where they came from.
    pub(crate) fn documents(&mut self, path: impl Into<String>, from: &str, documents: &[Yaml]) {
        let mut contents = origin("#", from);
        for (place, document) in documents.iter().enumerate() {
            if place > 0 {
                contents.push_str("---\n");
            }
            document.write_to(&mut contents);
        }
        self.push(path.into(), contents);
    }

    /// JSON with two spaces, and a line break at its end.
    pub(crate) fn json(&mut self, path: impl Into<String>, document: &serde_json::Value) {
        let mut contents = serde_json::to_string_pretty(document).expect("a JSON value is always writable");
        contents.push('\n');
        self.push(path.into(), contents);
    }

    fn push(&mut self, path: String, contents: String) {
        debug_assert!(!path.starts_with('/') && !path.contains("//") && !path.contains(".."), "{path}");
        self.files.push(File { path, contents, target: self.target });
    }
}

/// The first line of a rendered file, where its format has comments. `from` names the part of the file,
/// such as `services.api`; empty for all of it.
pub(crate) fn origin(comment: &str, from: &str) -> String {
    let mut line = String::new();
    let part = if from.is_empty() { String::new() } else { format!(" ({from})") };
    writeln!(line, "{comment} Rendered by towel from towel.yaml{part}. Edits are merged, never overwritten.")
        .expect("a String takes everything");
    line
}
