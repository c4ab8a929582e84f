//! Projects with a `package.json`: NestJS, Next.js, sites of files, and other Node programs.

use super::dependency::{FILES, NODE, stores};
use super::manifest::Manifest;
use super::node_version;
use super::project::{Project, Role, folder_name};
use super::tree::{Tree, place};
use crate::draft::{DatastoreKind, Noted};
use crate::files::{folder_of, join, lies_in};
use crate::read::in_folder;

const RUNTIME: &[&str] = &["dependencies", "optionalDependencies"];
const ALL: &[&str] = &["dependencies", "devDependencies", "optionalDependencies"];
const ENDINGS: &[&str] = &[".ts", ".js", ".mjs", ".cjs", ".tsx", ".jsx", ".mts"];
/// Tools that make a folder of files out of a project.
const BUILDERS: [&str; 8] =
    ["vite", "react-scripts", "@angular/cli", "@vue/cli-service", "gatsby", "astro", "parcel", "@11ty/eleventy"];
/// Libraries that listen.
const SERVERS: [&str; 12] = [
    "express",
    "fastify",
    "koa",
    "hono",
    "@hono/node-server",
    "@hapi/hapi",
    "restify",
    "polka",
    "@feathersjs/feathers",
    "apollo-server",
    "@apollo/server",
    "h3",
];
/// Frameworks that render on a server of their own.
const RENDERERS: [&str; 5] =
    ["nuxt", "@remix-run/serve", "@sveltejs/adapter-node", "@astrojs/node", "@react-router/serve"];

/// All projects with a `package.json`.
pub(super) fn projects(tree: Tree<'_>) -> Vec<Project> {
    tree.named("package.json").into_iter().filter_map(|path| project(tree, path)).collect()
}

fn project(tree: Tree<'_>, path: &str) -> Option<Project> {
    let manifest = Manifest::read(tree, path)?;
    let folder = folder_of(path);
    let own = manifest.at(&["name"]).map(|name| name.rsplit('/').next().unwrap_or(name));
    let name = folder_name(folder).or(own).unwrap_or("app").to_owned();
    let mut project = match kind(tree, folder, &manifest) {
        Some((stack, why)) => Project::service(folder, &name, stack, why),
        None => return Some(Project::library(folder, &name)),
    };
    let stack = project.stack.as_ref().map_or("", |stack| stack.value.as_str()).to_owned();
    let tools = node_version::tools(tree, folder, &manifest);
    if let Some(stack) = &mut project.stack {
        stack.note = stack.note.take().map(|why| if tools.is_empty() { why } else { format!("{why}; {tools}") });
    }
    project.endings = ENDINGS;
    project.description = manifest.at(&["description"]).filter(|text| !text.is_empty()).map(str::to_owned);
    project.stores = data(tree, folder, &manifest);
    let serves = SERVERS.iter().chain(&RENDERERS).any(|name| manifest.depends_on(RUNTIME, name));
    match stack.as_str() {
        "static" => {
            project.usual_port = Some(8080);
            project.stores.clear();
            project.run = development(folder, &manifest);
        }
        "nestjs" | "nextjs" => project.usual_port = Some(3000),
        _ => project.listens = serves,
    }
    if stack != "static" {
        start(folder, &manifest, &stack, &mut project);
    }
    Some(project)
}

/// What it is built with, and what says so; none for what others use.
fn kind(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> Option<(&'static str, String)> {
    let script = ["start:prod", "start"].into_iter().find(|name| manifest.at(&["scripts", name]).is_some());
    let workspace = manifest.json.get("workspaces").is_some() || tree.has(folder, "pnpm-workspace.yaml");
    if manifest.depends_on(RUNTIME, "@nestjs/core") && (script.is_some() || tree.has(folder, "nest-cli.json")) {
        return Some(("nestjs", manifest.why("@nestjs/core")));
    }
    if manifest.depends_on(ALL, "next") && !is_made_by_others(tree, folder) {
        return Some(next(tree, folder, manifest));
    }
    let server = SERVERS.iter().chain(&RENDERERS).find(|name| manifest.depends_on(RUNTIME, name));
    if let (Some(server), Some(_)) = (server, script) {
        return Some(("node", manifest.why(server)));
    }
    let builder = BUILDERS.iter().find(|name| manifest.depends_on(ALL, name));
    if let Some(builder) = builder
        && makes_a_site(tree, folder, manifest)
    {
        return Some(("static", manifest.why(builder)));
    }
    let script = script.filter(|_| !workspace)?;
    Some((
        "node",
        format!("{} has a script `{script}`", place(&manifest.path, &manifest.text, &format!("\"{script}\""))),
    ))
}

/// A library may be built with Vite as well; a site has a page.
fn makes_a_site(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> bool {
    let page = ["index.html", "public/index.html", "src/index.html"].iter().any(|page| tree.has(folder, page));
    let pages = ["gatsby", "astro", "@11ty/eleventy"].iter().any(|name| manifest.depends_on(ALL, name));
    page || pages
}

/// Storybook and the like bring packages that only look like an application.
fn is_made_by_others(tree: Tree<'_>, folder: &str) -> bool {
    let pages = ["app", "pages", "src/app", "src/pages"];
    let config = tree.in_folder(folder).any(|path| path.contains("next.config."));
    !config && !tree.below(folder).any(|path| pages.iter().any(|page| lies_in(path, &join(folder, page))))
}

fn next(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> (&'static str, String) {
    let config = tree.in_folder(folder).find(|path| crate::files::name_of(path).starts_with("next.config."));
    let text = config.and_then(|path| tree.text(path)).unwrap_or_default();
    let says = |word: &str| {
        text.lines()
            .position(|line| line.contains("output") && line.contains(word) && !line.trim_start().starts_with("//"))
    };
    let path = config.unwrap_or_default();
    match (says("export'").or_else(|| says("export\"")), says("standalone")) {
        (Some(line), _) => ("static", format!("{}; {path}:{} says `output: 'export'`", manifest.why("next"), line + 1)),
        (None, Some(line)) => ("nextjs", format!("{}; {path}:{} says `standalone`", manifest.why("next"), line + 1)),
        (None, None) => ("nextjs", manifest.why("next")),
    }
}

/// What its start script runs: the program itself where that is plain, else the script.
fn start(folder: &str, manifest: &Manifest, stack: &str, project: &mut Project) {
    let found = ["start:prod", "start"].iter().find_map(|name| Some((*name, manifest.at(&["scripts", name])?)));
    let Some((script, text)) = found else { return };
    let at = place(&manifest.path, &manifest.text, &format!("\"{script}\""));
    let build = if manifest.at(&["scripts", "build"]).is_some() { "; build it first" } else { "" };
    // What comes before the last `&&` prepares the start, which is not done at every start here.
    let last = text.rsplit("&&").next().unwrap_or(text).trim();
    let direct = last.split(' ').next() == Some("node") && !last.contains(['$', '|', ';', '>']);
    let (command, note) = match stack {
        _ if direct => (last.to_owned(), format!("{at}{build}")),
        "nestjs" => ("node dist/main.js".to_owned(), format!("what `nest build` makes, not `{script}` of {at}")),
        _ => (format!("npm run {script}"), format!("{at}{build}")),
    };
    project.run = Some(Noted::new(in_folder(folder, &command), note));
    if ["migrate", "db push", "seed"].iter().any(|word| text.contains(word)) {
        project.remark(
            at,
            format!("`{script}` changes the database at every start of every instance"),
            "it was left out; name it under `rollout: before:`, which runs once for each version",
        );
    }
}

/// A site on this machine is its development server.
fn development(folder: &str, manifest: &Manifest) -> Option<Noted<String>> {
    if !manifest.depends_on(ALL, "vite") {
        return None;
    }
    let command = in_folder(folder, "sh -c 'exec npx vite --port $PORT --strictPort'");
    Some(Noted::new(command, "Vite's development server; a cluster gets the built files"))
}

/// What its libraries speak to, and what Prisma says.
fn data(tree: Tree<'_>, folder: &str, manifest: &Manifest) -> Vec<(DatastoreKind, String)> {
    let names = manifest.dependencies(RUNTIME);
    let mut found = stores(&names, NODE, |name| manifest.why(name));
    for path in tree.below(folder).filter(|path| path.ends_with(".prisma")) {
        let text = tree.text(path).unwrap_or_default();
        let Some(kind) = prisma(&text) else { continue };
        // What Prisma says is surer than a driver among the dependencies.
        found.retain(|(other, _)| *other != kind);
        let block = text.find("datasource ").unwrap_or_default();
        let line = text[..block].matches('\n').count() + 1;
        found.insert(0, (kind, format!("{path}:{line} is Prisma's datasource")));
    }
    found
}

fn prisma(text: &str) -> Option<DatastoreKind> {
    let block = text.split_once("datasource ")?.1;
    let line = block.lines().find(|line| line.trim_start().starts_with("provider"))?;
    match line.split('"').nth(1)? {
        "postgresql" | "postgres" | "cockroachdb" => Some(DatastoreKind::Postgres),
        "mysql" => Some(DatastoreKind::Mysql),
        "mongodb" => Some(DatastoreKind::Mongodb),
        _ => None,
    }
}

/// Whether data lies in a file beside the program.
pub(super) fn keeps_files(tree: Tree<'_>, project: &Project) -> Option<String> {
    let manifest = Manifest::read(tree, &join(&project.folder, "package.json"))?;
    let name = FILES.iter().find(|name| manifest.depends_on(RUNTIME, name))?;
    (project.role == Role::Service).then(|| manifest.why(name))
}
