//! A folder of rendered files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::places::fits;

/// What is never rendered, and may be big.
const PASSED_OVER: [&str; 5] = [".git", ".terraform", ".towel", "node_modules", "target"];

/// The files of one product.
#[derive(Debug)]
pub(crate) struct Rendered {
    root: PathBuf,
    /// From the root, with `/`, in order.
    files: Vec<String>,
}

impl Rendered {
    /// Lists what is there.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let root = root.canonicalize().with_context(|| format!("there is no folder `{}`", root.display()))?;
        let mut files = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
            for entry in entries {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() && !PASSED_OVER.iter().any(|name| entry.file_name() == *name) {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.push(name(&root, &entry.path())?);
                }
            }
        }
        ensure!(!files.is_empty(), "there is no file in `{}`", root.display());
        files.sort();
        Ok(Self { root, files })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The files that fit a pattern, from the root.
    pub(super) fn names(&self, patterns: &[&str]) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(|file| patterns.iter().any(|pattern| fits(pattern, file)))
    }

    /// The same files with the root before them.
    pub(super) fn paths(&self, patterns: &[&str]) -> Vec<PathBuf> {
        self.names(patterns).map(|name| self.root.join(name)).collect()
    }

    /// The folders that hold such files, each once.
    pub(super) fn folders(&self, patterns: &[&str]) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> =
            self.paths(patterns).iter().filter_map(|path| path.parent().map(Path::to_owned)).collect();
        folders.dedup();
        folders
    }
}

fn name(root: &Path, path: &Path) -> Result<String> {
    let name = path.strip_prefix(root).context("what is found in a folder begins with it")?;
    Ok(name.to_str().with_context(|| format!("`{}` is not UTF-8", path.display()))?.to_owned())
}

/// The files of all products that fit.
pub(super) fn all(rendered: &[Rendered], patterns: &[&str]) -> Vec<PathBuf> {
    rendered.iter().flat_map(|one| one.paths(patterns)).collect()
}

/// One file for each content. For tools that look at nothing but the file: products share many files.
pub(super) fn different(rendered: &[Rendered], patterns: &[&str]) -> Result<Vec<PathBuf>> {
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    for path in all(rendered, patterns) {
        let content = std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        if seen.insert((path.file_name().map(ToOwned::to_owned), content)) {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_same_name_and_content_are_judged_once() {
        let folder = tempfile::tempdir().unwrap();
        for product in ["a", "b"] {
            std::fs::create_dir_all(folder.path().join(product).join("node_modules")).unwrap();
            std::fs::write(folder.path().join(product).join("same.sh"), "echo same\n").unwrap();
            std::fs::write(folder.path().join(product).join("other.sh"), product).unwrap();
            std::fs::write(folder.path().join(product).join("node_modules/foreign.sh"), product).unwrap();
        }
        let rendered = ["a", "b"].map(|product| Rendered::read(&folder.path().join(product)).unwrap());
        assert_eq!(all(&rendered, &["**/*.sh"]).len(), 4);
        assert_eq!(different(&rendered, &["**/*.sh"]).unwrap().len(), 3);
    }

    #[test]
    fn an_empty_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Rendered::read(folder.path()).unwrap_err().to_string().contains("no file"));
        assert!(Rendered::read(&folder.path().join("none")).unwrap_err().to_string().contains("no folder"));
    }
}
