//! A folder tree as data: what is looked at is handed in, nothing is opened here.

use std::collections::BTreeMap;

/// A folder tree. Paths are relative to its root, with `/` between their parts.
pub trait Files {
    /// All files, in alphabetical order.
    fn paths(&self) -> &[String];
    /// The text of a file; none when there is no such file, it is too big, or it is no text.
    fn text(&self, path: &str) -> Option<String>;
}

/// A folder tree held in memory.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    paths: Vec<String>,
    texts: BTreeMap<String, String>,
}

impl Folder {
    /// A folder of these files.
    pub fn new<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let texts: BTreeMap<String, String> =
            files.into_iter().map(|(path, text)| (path.into(), text.into())).collect();
        Self { paths: texts.keys().cloned().collect(), texts }
    }
}

impl Files for Folder {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn text(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }
}

/// `folder/name`, or `name` at the root.
pub(crate) fn join(folder: &str, name: &str) -> String {
    let name = name.strip_prefix("./").unwrap_or(name);
    match folder {
        "" | "." => name.to_owned(),
        _ => format!("{}/{name}", folder.trim_end_matches('/')),
    }
}

/// The folder of a file; empty at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(crate) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file lies in a folder, however deep.
pub(crate) fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A relative path without `.`, `..` and empty parts; none when it leaves the root.
pub(crate) fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!path.starts_with('/')).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_root_is_none() {
        assert_eq!(normal("./apps/../web/").as_deref(), Some("web"));
        assert_eq!(normal("."), Some(String::new()));
        assert_eq!(normal("../web"), None);
        assert_eq!(normal("/etc"), None);
    }
}
