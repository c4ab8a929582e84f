//! Flutter applications, which run on users' devices.

use towel_source::{Sources, parse};

use super::project::{Project, Role, folder_name};
use super::tree::{Tree, place};
use crate::files::folder_of;

/// All applications with a `pubspec.yaml` that depends on Flutter.
pub(super) fn projects(tree: Tree<'_>) -> Vec<Project> {
    tree.named("pubspec.yaml").into_iter().filter_map(|path| project(tree, path)).collect()
}

fn project(tree: Tree<'_>, path: &str) -> Option<Project> {
    let text = tree.text(path)?;
    let mut sources = Sources::new();
    let file = sources.add(path, text.clone());
    let (root, _) = parse(sources.get(file)?);
    let root = root?;
    let folder = folder_of(path);
    let name = folder_name(folder).or_else(|| root.get("name")?.text()).unwrap_or("app").to_owned();
    let flutter = root.get("dependencies")?.get("flutter")?;
    if flutter.get("sdk")?.text()? != "flutter" || !tree.has(folder, "lib/main.dart") {
        return Some(Project::library(folder, &name));
    }
    let why = format!("{} depends on Flutter", place(path, &text, "sdk: flutter"));
    Some(Project { role: Role::Client, ..Project::service(folder, &name, "flutter", why) })
}
