//! Rust packages whose binaries serve.

use super::dependency::{RUST, stores};
use super::project::{Project, folder_name};
use super::tree::{Tree, place};
use crate::draft::Noted;
use crate::files::folder_of;

const SERVERS: [&str; 10] =
    ["axum", "actix-web", "rocket", "warp", "poem", "salvo", "tide", "tonic", "hyper", "pingora"];

/// All binaries of all packages.
pub(super) fn projects(tree: Tree<'_>) -> Vec<Project> {
    tree.named("Cargo.toml").into_iter().flat_map(|path| package(tree, path)).collect()
}

fn package(tree: Tree<'_>, path: &str) -> Vec<Project> {
    let text = tree.text(path).unwrap_or_default();
    let Ok(manifest) = text.parse::<toml::Table>() else { return Vec::new() };
    let folder = folder_of(path);
    let package = manifest.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
    let Some(package) = package else { return Vec::new() };
    let names = dependencies(&manifest, tree);
    let server = SERVERS.iter().find(|server| names.iter().any(|name| name == *server));
    let data = stores(&names, RUST, |name| {
        let name = name.split(':').next().unwrap_or(name);
        format!("{} depends on `{name}`", place(path, &text, name))
    });
    let binaries = binaries(tree, folder, package, &manifest);
    if binaries.is_empty() || (server.is_none() && data.is_empty() && !tree.has(folder, "Dockerfile")) {
        let mut library = Project::library(folder, folder_name(folder).unwrap_or(package));
        if !binaries.is_empty() {
            library.remark(
                path,
                format!("`{package}` is a program that neither listens nor keeps data"),
                "add it under `services:` if it runs all the time",
            );
        }
        return vec![library];
    }
    let why = server
        .map_or_else(|| path.to_owned(), |server| format!("{} depends on `{server}`", place(path, &text, server)));
    let one = |binary: String| {
        let mut project = Project::service(folder, &binary, "rust", why.clone());
        let whole = tree.read("", "Cargo.toml").is_some_and(|text| text.contains("[workspace]")) || folder.is_empty();
        let (line, build) = if whole {
            (format!("./target/release/{binary}"), format!("cargo build --release --bin {binary}"))
        } else {
            let build = format!("cargo build --release --manifest-path {path} --bin {binary}");
            (format!("./{folder}/target/release/{binary}"), build)
        };
        project.run = Some(Noted::new(line, format!("build it first: {build}")));
        project.endings = &[".rs"];
        project.stores.clone_from(&data);
        project.listens = server.is_some();
        project
    };
    binaries.into_iter().map(one).collect()
}

/// What is depended on, also as `name:feature`, with what the workspace says of it.
fn dependencies(manifest: &toml::Table, tree: Tree<'_>) -> Vec<String> {
    let shared = tree.read("", "Cargo.toml").and_then(|text| text.parse::<toml::Table>().ok());
    let shared = shared.as_ref().and_then(|root| root.get("workspace")?.get("dependencies")?.as_table());
    let own = manifest.get("dependencies").and_then(|own| own.as_table());
    let mut names = Vec::new();
    for (name, value) in own.into_iter().flatten() {
        names.push(name.clone());
        let inherited = value.get("workspace").and_then(|_| shared?.get(name));
        let lists =
            [Some(value), inherited].into_iter().flatten().filter_map(|value| value.get("features")?.as_array());
        for feature in lists.flatten().filter_map(|feature| feature.as_str()) {
            names.push(format!("{name}:{feature}"));
        }
    }
    names
}

fn binaries(tree: Tree<'_>, folder: &str, package: &str, manifest: &toml::Table) -> Vec<String> {
    let listed = manifest.get("bin").and_then(|bins| bins.as_array()).into_iter().flatten();
    let mut found: Vec<String> = listed.filter_map(|bin| Some(bin.get("name")?.as_str()?.to_owned())).collect();
    if found.is_empty() && tree.has(folder, "src/main.rs") {
        found.push(package.to_owned());
    }
    for path in tree.in_folder(&crate::files::join(folder, "src/bin")) {
        let name = crate::files::name_of(path).trim_end_matches(".rs").to_owned();
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
