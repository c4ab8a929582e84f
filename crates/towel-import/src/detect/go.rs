//! Go modules: a service for each program below `cmd`, or for the one at the root.

use super::dependency::{FILES, GO, stores};
use super::project::{Project, folder_name};
use super::tree::{Tree, place};
use crate::draft::Noted;
use crate::files::{folder_of, join};

/// All programs of all modules.
pub(super) fn projects(tree: Tree<'_>) -> Vec<Project> {
    tree.named("go.mod").into_iter().flat_map(|path| module(tree, path)).collect()
}

fn module(tree: Tree<'_>, path: &str) -> Vec<Project> {
    let text = tree.text(path).unwrap_or_default();
    let folder = folder_of(path);
    let own = text.lines().find_map(|line| line.strip_prefix("module ")).unwrap_or("app").trim().to_owned();
    let last = own.rsplit('/').find(|part| !is_major(part)).unwrap_or("app").to_owned();
    let version = text.lines().find_map(|line| line.trim().strip_prefix("go "));
    let names: Vec<String> = text.lines().filter_map(required).collect();
    let data = stores(&names, GO, |name| format!("{} requires `{name}`", place(path, &text, name)));
    let file = FILES.iter().find(|name| names.iter().any(|known| known == *name));
    let programs = programs(tree, folder);
    if programs.is_empty() {
        return vec![Project::library(folder, folder_name(folder).unwrap_or(&last))];
    }
    let mut found = Vec::new();
    for program in &programs {
        let name = folder_name(program).or(folder_name(folder)).unwrap_or(&last).to_owned();
        let shown = if program.is_empty() { "." } else { program };
        let why = match version {
            Some(version) => format!("{path} and {}; go {version}", join(&join(folder, program), "main.go")),
            None => format!("{path} and {}", join(&join(folder, program), "main.go")),
        };
        let mut project = Project::service(folder, &name, "go", why);
        if programs.len() > 1 && is_tool(&name) {
            project = Project::library(folder, &name);
            project.remark(
                join(folder, program),
                format!("`{name}` looks like a command, not like a service"),
                "add it under `services:` if it runs all the time, or under `rollout: before:` if it prepares a version",
            );
            found.push(project);
            continue;
        }
        let target = if program.is_empty() { ".".to_owned() } else { format!("./{program}") };
        let inside = if folder.is_empty() { String::new() } else { format!(" -C {folder}") };
        let line = format!("./{}", join(folder, &format!("bin/{name}")));
        let build = format!("build it first: go build{inside} -o bin/{name} {target}");
        project.run = Some(Noted::new(line, build));
        project.endings = &[".go"];
        project.stores.clone_from(&data);
        project.listens = listens(tree, &join(folder, shown), folder);
        if let Some(file) = file {
            project.remark(
                place(path, &text, file),
                "data lies in a file beside the program",
                "keep one replica, or move it to a datastore: instances keep no files",
            );
        }
        found.push(project);
    }
    found
}

fn is_major(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| digits.parse::<u32>().is_ok())
}

/// A line of `require`, without what is only required by others.
fn required(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("require ").trim();
    if line.ends_with("// indirect") {
        return None;
    }
    let (name, version) = line.split_once(' ')?;
    (name.contains('.') && version.starts_with('v')).then(|| name.to_owned())
}

/// Folders of programs, relative to the module: those below `cmd`, else the root.
fn programs(tree: Tree<'_>, folder: &str) -> Vec<String> {
    let cmd = join(folder, "cmd");
    let mut found: Vec<String> = tree
        .below(&cmd)
        .filter(|path| path.ends_with("/main.go"))
        .map(|path| folder_of(path).strip_prefix(folder).unwrap_or(folder_of(path)).trim_start_matches('/').to_owned())
        .collect();
    if tree.has(folder, "main.go") && found.is_empty() {
        found.push(String::new());
    }
    found
}

fn is_tool(name: &str) -> bool {
    let name = name.to_lowercase();
    let whole = ["cli", "tool", "tools", "gen", "debug", "healthcheck"];
    whole.contains(&name.as_str())
        || ["migrat", "seed", "ctl", "-gen", "codegen"].iter().any(|part| name.contains(part))
}

/// Whether anything in the module listens; workers often share a module with a server.
fn listens(tree: Tree<'_>, program: &str, folder: &str) -> bool {
    let words = ["ListenAndServe", "net.Listen(", ".Listen(", "gin.", "echo.New", "fiber.New", "chi.NewRouter"];
    let has = |path: &str| tree.text(path).is_some_and(|text| words.iter().any(|word| text.contains(word)));
    let worker = program.to_lowercase().contains("worker") || program.to_lowercase().contains("consumer");
    let own = tree.in_folder(program.trim_end_matches("/.")).any(has);
    own || (!worker && tree.sources(folder, &[".go"], &[]).into_iter().any(has))
}
