//! Which Node and which package manager a project wants.

use serde_json::Value;

use super::manifest::Manifest;
use super::tree::Tree;
use crate::files::join;

/// Node's long-term lines by the names that `.nvmrc` gives them.
const LINES: [(&str, &str); 6] =
    [("argon", "4"), ("gallium", "16"), ("hydrogen", "18"), ("iron", "20"), ("jod", "22"), ("krypton", "24")];
const LOCKS: [(&str, &str); 5] = [
    ("pnpm-lock.yaml", "pnpm"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("yarn.lock", "yarn"),
    ("package-lock.json", "npm"),
];

/// Node's version and the package manager of a folder, from it or from one that holds it, with where they stand.
pub(super) fn tools(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> String {
    let (manager, from) = manager(tree, folder, manifest);
    let version = version(tree, folder, manifest).map(|(version, from)| format!("node {version} ({from})"));
    let manager_shown = from.map(|from| format!("{manager} ({from})"));
    let shown: Vec<String> = version.into_iter().chain(manager_shown).collect();
    shown.join(", ")
}

fn manager(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> (&'static str, Option<String>) {
    let named = |text: &str| {
        let name = text.split('@').next().unwrap_or(text);
        ["npm", "pnpm", "yarn", "bun"].into_iter().find(|known| *known == name)
    };
    if let Some(manager) = manifest.at(&["packageManager"]).and_then(named) {
        return (manager, Some("packageManager".to_owned()));
    }
    if let Some((path, text)) = tree.nearest("", "package.json")
        && let Ok(json) = serde_json::from_str::<Value>(&text)
        && let Some(manager) = json.get("packageManager").and_then(Value::as_str).and_then(named)
    {
        return (manager, Some(path));
    }
    let mut at = folder;
    loop {
        if let Some((lock, manager)) = LOCKS.iter().find(|(lock, _)| tree.has(at, lock)) {
            return (manager, Some(join(at, lock)));
        }
        if at.is_empty() {
            return ("npm", None);
        }
        at = crate::files::folder_of(at);
    }
}

fn version(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> Option<(String, String)> {
    if let Some(range) = manifest.at(&["engines", "node"]) {
        return Some((range.to_owned(), "engines".to_owned()));
    }
    [".nvmrc", ".node-version"].iter().find_map(|name| {
        let (path, text) = tree.nearest(folder, name)?;
        Some((plain(text.lines().next()?.trim())?, path))
    })
}

/// `lts/iron` is 20, `lts/*` the newest line, `v20.1` 20.1.
fn plain(text: &str) -> Option<String> {
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    if let Some(line) = text.strip_prefix("lts/") {
        let line = line.to_lowercase();
        let known = LINES.iter().find(|(name, _)| *name == line).map(|(_, version)| (*version).to_owned());
        return Some(known.unwrap_or_else(|| "LTS".to_owned()));
    }
    Some(text.trim_start_matches('v').to_owned())
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_of_long_term_lines_are_numbers() {
        assert_eq!(plain("lts/iron").as_deref(), Some("20"));
        assert_eq!(plain("lts/*").as_deref(), Some("LTS"));
        assert_eq!(plain("v20.11.1").as_deref(), Some("20.11.1"));
        assert_eq!(plain(""), None);
    }
}
