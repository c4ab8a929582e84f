//! Projects with a `composer.json`: Symfony, Laravel, and others with a front page.

use super::dependency::{PHP, stores};
use super::manifest::Manifest;
use super::project::{Project, folder_name};
use super::tree::Tree;
use crate::draft::Noted;
use crate::files::folder_of;
use crate::read::in_folder;

/// All projects with a `composer.json`.
pub(super) fn projects(tree: Tree<'_>) -> Vec<Project> {
    tree.named("composer.json").into_iter().filter_map(|path| project(tree, path)).collect()
}

fn project(tree: Tree<'_>, path: &str) -> Option<Project> {
    let manifest = Manifest::read(tree, path)?;
    let folder = folder_of(path);
    let own = manifest.at(&["name"]).map(|name| name.rsplit('/').next().unwrap_or(name).to_owned());
    let name = folder_name(folder).map(str::to_owned).or(own).unwrap_or_else(|| "app".to_owned());
    let requires = |name: &str| manifest.depends_on(&["require"], name);
    let why = if requires("symfony/framework-bundle") && tree.has(folder, "bin/console") {
        format!("Symfony: {}", manifest.why("symfony/framework-bundle"))
    } else if requires("laravel/framework") && tree.has(folder, "artisan") {
        format!("Laravel: {}", manifest.why("laravel/framework"))
    } else if tree.has(folder, "public/index.php") || tree.has(folder, "index.php") {
        format!("{path} and an `index.php`")
    } else {
        return Some(Project::library(folder, &name));
    };
    let version = manifest.at(&["require", "php"]).map(|version| format!("; php {version}")).unwrap_or_default();
    let mut project = Project::service(folder, &name, "php", format!("{why}{version}"));
    let root = if tree.has(folder, "public/index.php") { "public" } else { "." };
    let command = in_folder(folder, &format!("sh -c 'exec php -S 127.0.0.1:$PORT -t {root}'"));
    project.run =
        Some(Noted::new(command, "PHP's own server, for this machine; install with `composer install` first"));
    project.usual_port = Some(8080);
    project.endings = &[".php"];
    project.stores = stores(&manifest.dependencies(&["require"]), PHP, |name| manifest.why(name));
    Some(project)
}
