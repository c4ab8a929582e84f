//! Finds the programs of installed servers, where distributions put them.

use std::fs;
use std::path::{Path, PathBuf};

/// The first of `names` in the folders of `search` (separated by `:`) or those that are usually not in it.
pub(crate) fn find(names: &[&str], search: &str) -> Option<PathBuf> {
    let usual = ["/usr/sbin", "/usr/local/sbin", "/sbin"];
    let folders: Vec<&str> = search.split(':').filter(|folder| !folder.is_empty()).chain(usual).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| Path::new(folder).join(name)).find(|file| file.is_file()))
}

/// Folders like `/usr/lib/postgresql/15/bin` that hold `program`, with their version; the newest first.
pub(crate) fn versions(parents: &[&str], program: &str) -> Vec<(u32, PathBuf)> {
    let mut found = Vec::new();
    for parent in parents {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let version = entry.file_name().to_str().and_then(|name| name.trim_start_matches("pgsql-").parse().ok());
            let folder = entry.path().join("bin");
            if let (Some(version), true) = (version, folder.join(program).is_file()) {
                found.push((version, folder));
            }
        }
    }
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found
}

/// What to say when a server is not installed.
pub(crate) fn missing(server: &str, package: &str) -> String {
    format!("no {server} server is installed: on Debian and Ubuntu, run `apt-get install {package}`")
}

/// The number before the first dot of a version.
pub(crate) fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.trim().parse().ok()
}

/// The content of a small file, trimmed.
pub(crate) fn read_word(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}
