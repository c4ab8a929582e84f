//! `.env.example` and its like: the names of variables, and what their values lead to.

use super::project::Project;
use super::tree::Tree;
use crate::draft::DatastoreKind;
use crate::files::join;
use crate::read::{dotenv, url};

const NAMES: [&str; 6] =
    [".env.example", ".env.sample", ".env.dist", ".env.template", "env.example", ".env.local.example"];

/// A variable of an example.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) value: String,
    /// `path:line`.
    pub(super) place: String,
    /// Whether it stands in the project's own folder, not further up.
    pub(super) own: bool,
}

/// The variables of a project: those of its folder, and of the root those that its source names.
pub(super) fn of(tree: Tree<'_>, project: &Project, others: &[String], alone: bool) -> Vec<Example> {
    let mut found = read(tree, &project.folder, true);
    // Symfony's `.env` is committed, and holds what others write into an example.
    if tree.has(&project.folder, "bin/console") {
        found.extend(file(tree, &join(&project.folder, ".env"), true));
    }
    if !project.folder.is_empty() {
        let shared = read(tree, "", false);
        let texts: Vec<String> = if shared.is_empty() || alone {
            Vec::new()
        } else {
            let sources = tree.sources(&project.folder, project.endings, others);
            sources.into_iter().filter_map(|path| tree.text(path)).collect()
        };
        let named = |example: &Example| alone || texts.iter().any(|text| text.contains(&example.name));
        found.extend(shared.into_iter().filter(named));
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|example| seen.insert(example.name.clone()));
    found
}

/// The variables of the root's example.
pub(super) fn of_root(tree: Tree<'_>) -> Vec<Example> {
    read(tree, "", false)
}

fn read(tree: Tree<'_>, folder: &str, own: bool) -> Vec<Example> {
    NAMES
        .iter()
        .find_map(|name| {
            let found = file(tree, &join(folder, name), own);
            (!found.is_empty()).then_some(found)
        })
        .unwrap_or_default()
}

fn file(tree: Tree<'_>, path: &str, own: bool) -> Vec<Example> {
    let text = tree.text(path).unwrap_or_default();
    let all = dotenv(&text).into_iter();
    all.map(|(line, name, value)| Example { name, value, place: format!("{path}:{line}"), own }).collect()
}

/// The kinds of datastores to which values lead, with their places.
pub(super) fn stores(examples: &[Example]) -> Vec<(DatastoreKind, String)> {
    let mut found = Vec::new();
    for example in examples {
        let kind = match example.name.as_str() {
            // Laravel's word for its database.
            "DB_CONNECTION" | "DB_TYPE" | "DB_DIALECT" => match example.value.as_str() {
                "pgsql" | "postgres" | "postgresql" => Some(DatastoreKind::Postgres),
                "mysql" => Some(DatastoreKind::Mysql),
                "mariadb" => Some(DatastoreKind::Mariadb),
                "mongodb" => Some(DatastoreKind::Mongodb),
                _ => None,
            },
            _ => url(&example.value)
                .and_then(|url| DatastoreKind::of_scheme(url.scheme))
                .or_else(|| several(&example.value)),
        };
        found.extend(kind.map(|kind| (kind, format!("{} {}", example.place, example.name))));
    }
    found
}

/// `mongodb+srv://…` and lists of hosts are no single URL, but say what they lead to.
fn several(value: &str) -> Option<DatastoreKind> {
    value.split_once("://").and_then(|(scheme, _)| DatastoreKind::of_scheme(scheme))
}
