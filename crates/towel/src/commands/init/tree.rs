//! The folder tree that is looked at: bounded, and without what is built or fetched.

use std::path::{Path, PathBuf};

use towel_import::Files;

/// Folders in which nobody writes by hand.
const SKIPPED: [&str; 26] = [
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "bower_components",
    "vendor",
    "target",
    "dist",
    "build",
    "out",
    ".venv",
    "venv",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".turbo",
    ".cache",
    ".dart_tool",
    ".gradle",
    ".idea",
    ".terraform",
    ".towel",
    "__pycache__",
    ".pytest_cache",
    "coverage",
    "Pods",
];
/// Most files that are listed.
const MOST_FILES: usize = 20_000;
/// Deepest folder that is entered.
const DEEPEST: usize = 12;
/// Largest file that is read.
const LARGEST: u64 = 1 << 20;

/// A folder tree on this machine.
pub(super) struct Tree {
    root: PathBuf,
    paths: Vec<String>,
    /// Whether there was more than is listed.
    pub(super) cut: bool,
}

impl Tree {
    /// Lists the files below a folder. What cannot be read is passed over, and symbolic links are not followed.
    pub(super) fn of(root: &Path) -> Self {
        let mut tree = Self { root: root.to_owned(), paths: Vec::new(), cut: false };
        let mut open = vec![(root.to_owned(), 0)];
        while let Some((folder, depth)) = open.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let name = entry.file_name();
                if kind.is_dir() {
                    let skipped = name.to_str().is_none_or(|name| SKIPPED.contains(&name));
                    tree.cut |= !skipped && depth == DEEPEST;
                    if !skipped && depth < DEEPEST {
                        open.push((entry.path(), depth + 1));
                    }
                } else if kind.is_file() && tree.paths.len() < MOST_FILES {
                    tree.paths.extend(tree.relative(&entry.path()));
                } else {
                    tree.cut |= kind.is_file();
                }
            }
        }
        // Where the source lives is said in a folder that is otherwise none of its own.
        if root.join(".git/config").is_file() {
            tree.paths.push(".git/config".to_owned());
        }
        tree.paths.sort_unstable();
        tree
    }

    /// A path as it is named in the tree; none when it lies outside, or is no UTF-8.
    pub(super) fn relative(&self, path: &Path) -> Option<String> {
        let parts = path.strip_prefix(&self.root).ok()?.components();
        let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
        parts.map(|parts| parts.join("/"))
    }
}

impl Files for Tree {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<String> {
        // Only what was listed: nothing outside, and nothing behind a link.
        self.paths.binary_search_by(|known| known.as_str().cmp(path)).ok()?;
        let path = self.root.join(path);
        let small = std::fs::metadata(&path).is_ok_and(|about| about.len() <= LARGEST);
        if small { std::fs::read_to_string(path).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_made_folders_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        };
        for path in
            ["a.txt", "web/package.json", "web/node_modules/x/package.json", ".git/config", ".git/HEAD", ".nvmrc"]
        {
            write(path);
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let tree = Tree::of(folder.path());
        assert_eq!(tree.paths(), [".git/config", ".nvmrc", "a.txt", "web/package.json"]);
        assert!(!tree.cut);
        assert_eq!(tree.text("a.txt").as_deref(), Some("x"));
        assert_eq!(tree.text("link"), None);
        assert_eq!(tree.text("../a.txt"), None);
    }
}
