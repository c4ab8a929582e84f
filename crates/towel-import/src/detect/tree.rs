//! The folder tree as detectors look at it.

use crate::files::{Files, folder_of, join, lies_in, name_of};

/// Folders whose projects are not the product's.
const ASIDE: [&str; 19] = [
    "test",
    "tests",
    "__tests__",
    "testdata",
    "fixtures",
    "example",
    "examples",
    "sample",
    "samples",
    "e2e",
    "docs",
    "doc",
    "scripts",
    "templates",
    "benchmarks",
    "bench",
    ".github",
    ".storybook",
    ".devcontainer",
];
/// Folders that are built or fetched.
const MADE: [&str; 12] = [
    "node_modules",
    "vendor",
    "target",
    "dist",
    "build",
    ".venv",
    "venv",
    ".git",
    ".next",
    ".dart_tool",
    "__pycache__",
    "coverage",
];
/// Most files of a project whose text is searched.
const MOST_SOURCES: usize = 1500;

/// The folder tree.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a> {
    files: &'a dyn Files,
}

impl<'a> Tree<'a> {
    pub(super) fn new(files: &'a dyn Files) -> Self {
        Self { files }
    }

    /// Files with that name in folders where a project of the product may lie.
    pub(super) fn named(&self, name: &str) -> Vec<&'a str> {
        let all = self.files.paths().iter().map(String::as_str);
        all.filter(|path| name_of(path) == name && !is_aside(path)).collect()
    }

    /// Whether a file lies directly in a folder.
    pub(super) fn has(&self, folder: &str, name: &str) -> bool {
        let path = join(folder, name);
        self.files.paths().binary_search(&path).is_ok()
    }

    /// Files directly in a folder.
    pub(super) fn in_folder(&self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let folder = folder.to_owned();
        self.files.paths().iter().map(String::as_str).filter(move |path| folder_of(path) == folder)
    }

    /// Files below a folder.
    pub(super) fn below(&self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let folder = folder.to_owned();
        self.files.paths().iter().map(String::as_str).filter(move |path| lies_in(path, &folder) && !is_made(path))
    }

    /// Files below a folder whose names end like that, without tests and without projects further down.
    pub(super) fn sources(&self, folder: &str, endings: &[&str], others: &[String]) -> Vec<&'a str> {
        let inner: Vec<&String> = others.iter().filter(|other| *other != folder && lies_in(other, folder)).collect();
        self.below(folder)
            .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
            .filter(|path| !is_aside(path.strip_prefix(folder).unwrap_or(path)))
            .filter(|path| {
                ![".test.", ".spec.", "_test.", ".d.ts", ".config."].iter().any(|part| name_of(path).contains(part))
            })
            .filter(|path| !inner.iter().any(|other| lies_in(path, other)))
            .take(MOST_SOURCES)
            .collect()
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        self.files.text(path)
    }

    /// The text of a file in a folder.
    pub(super) fn read(&self, folder: &str, name: &str) -> Option<String> {
        self.files.text(&join(folder, name))
    }

    /// The first file of that name in the folder or in one that holds it, with its text.
    pub(super) fn nearest(&self, folder: &str, name: &str) -> Option<(String, String)> {
        let mut folder = folder;
        loop {
            if let Some(text) = self.read(folder, name) {
                return Some((join(folder, name), text));
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder_of(folder);
        }
    }

    /// Projects that were passed over, by the folder that sets them aside.
    pub(super) fn aside(&self, name: &str) -> Vec<&'a str> {
        let all = self.files.paths().iter().map(String::as_str);
        all.filter(|path| name_of(path) == name && is_aside(path) && !is_made(path)).collect()
    }
}

/// `path:line` of the first line that holds the text.
pub(super) fn place(path: &str, text: &str, part: &str) -> String {
    match text.lines().position(|line| line.contains(part)) {
        Some(number) => format!("{path}:{}", number + 1),
        None => path.to_owned(),
    }
}

fn is_aside(path: &str) -> bool {
    is_made(path) || folder_of(path).split('/').any(|part| ASIDE.contains(&part))
}

fn is_made(path: &str) -> bool {
    path.split('/').any(|part| MADE.contains(&part))
}
