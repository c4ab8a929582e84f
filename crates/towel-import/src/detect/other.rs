//! Projects of kinds that towel has no stack for, and Dockerfiles on their own.

use super::project::Project;
use super::tree::Tree;
use crate::files::{folder_of, name_of};

/// Files that tell of a project, and what it is.
const SIGNS: [(&str, &str); 12] = [
    ("Gemfile", "Ruby"),
    ("pom.xml", "Java"),
    ("build.gradle", "Java or Kotlin"),
    ("build.gradle.kts", "Kotlin"),
    ("build.sbt", "Scala"),
    ("mix.exs", "Elixir"),
    ("deno.json", "Deno"),
    ("deno.jsonc", "Deno"),
    ("Package.swift", "Swift"),
    ("stack.yaml", "Haskell"),
    ("dune-project", "OCaml"),
    ("gleam.toml", "Gleam"),
];

/// Folders with a Dockerfile in which nothing else was found: services by their image.
pub(super) fn projects(tree: Tree<'_>, known: &[String]) -> Vec<Project> {
    let mut found = Vec::new();
    for path in tree.named("Dockerfile") {
        let folder = folder_of(path);
        // At the root of a repository of several projects it builds one of those.
        if known.iter().any(|other| other == folder) || (folder.is_empty() && !known.is_empty()) {
            continue;
        }
        let name = super::project::folder_name(folder).unwrap_or("app");
        let mut project = Project::service(folder, name, "", "");
        project.stack = None;
        project.listens = false;
        project.remark(
            path,
            match sign(tree, folder) {
                Some((_, what)) => format!("{what}, for which towel has no stack; the Dockerfile is all that is known"),
                None => "a Dockerfile on its own; what it runs is not known".to_owned(),
            },
            "build and push its image yourself; say `port:`, `health:` and `needs:` in the file",
        );
        found.push(project);
    }
    found
}

/// Projects without a stack and without a Dockerfile: where, and what they are.
pub(super) fn unknown(tree: Tree<'_>, known: &[String]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let inner = |path: &str| known.iter().any(|folder| !folder.is_empty() && crate::files::lies_in(path, folder));
    for (file, what) in SIGNS {
        for path in tree.named(file) {
            if !known.iter().any(|folder| folder == folder_of(path)) && !inner(path) {
                found.push((path.to_owned(), what.to_owned()));
            }
        }
    }
    found.sort();
    found.dedup_by(|one, other| folder_of(&one.0) == folder_of(&other.0));
    found
}

fn sign(tree: Tree<'_>, folder: &str) -> Option<(&'static str, &'static str)> {
    let project = tree.in_folder(folder).any(|path| name_of(path).ends_with(".csproj"));
    let dotnet = project.then_some(("*.csproj", ".NET"));
    SIGNS.into_iter().find(|(file, _)| tree.has(folder, file)).or(dotnet)
}
