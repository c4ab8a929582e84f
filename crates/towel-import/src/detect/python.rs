//! Projects in Python: Django, FastAPI, Flask and their like.

use super::dependency::{PYTHON, stores};
use super::project::{Project, folder_name};
use super::tree::{Tree, place};
use crate::draft::Noted;
use crate::files::{folder_of, join};
use crate::read::in_folder;

const FILES: [&str; 4] = ["pyproject.toml", "requirements.txt", "Pipfile", "requirements/base.txt"];
/// Libraries that take requests, with the port of their custom.
const SERVERS: [(&str, u16); 8] = [
    ("django", 8000),
    ("fastapi", 8000),
    ("flask", 5000),
    ("starlette", 8000),
    ("litestar", 8000),
    ("sanic", 8000),
    ("aiohttp", 8080),
    ("tornado", 8888),
];

/// All projects in Python.
pub(super) fn projects(tree: Tree<'_>) -> Vec<Project> {
    let mut folders: Vec<&str> = Vec::new();
    for path in FILES.iter().take(3).flat_map(|name| tree.named(name)) {
        if !folders.contains(&folder_of(path)) {
            folders.push(folder_of(path));
        }
    }
    folders.sort_unstable();
    folders.into_iter().map(|folder| project(tree, folder)).collect()
}

fn project(tree: Tree<'_>, folder: &str) -> Project {
    let mut names: Vec<(String, String)> = Vec::new();
    let mut tool = None;
    for file in FILES {
        let Some(text) = tree.read(folder, file) else { continue };
        let path = join(folder, file);
        let found = if file.ends_with(".txt") { lines(&text) } else { tables(&text) };
        names.extend(found.into_iter().map(|name| {
            let why = format!("{} depends on `{name}`", place(&path, &text.to_lowercase(), &name));
            (name, why)
        }));
    }
    for (lock, name) in [("uv.lock", "uv"), ("poetry.lock", "poetry"), ("Pipfile.lock", "pipenv")] {
        tool = tool.or(tree.has(folder, lock).then(|| format!("; {name} ({})", join(folder, lock))));
    }
    let name = folder_name(folder).unwrap_or("app");
    let why = |wanted: &str| names.iter().find(|(name, _)| name == wanted).map(|(_, why)| why.clone());
    let all: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
    let server = SERVERS.iter().find_map(|(server, port)| Some((*server, *port, why(server)?)));
    let Some((server, port, reason)) = server else {
        return without_server(tree, folder, name, &all);
    };
    let mut project = Project::service(folder, name, "python", format!("{reason}{}", tool.unwrap_or_default()));
    project.usual_port = Some(port);
    project.endings = &[".py"];
    project.run = start(tree, folder, server, all.iter().any(|name| name == "gunicorn"));
    project.stores = stores(&all, PYTHON, |name| why(name).unwrap_or_default());
    if all.iter().any(|name| name == "celery") {
        project.remark(
            folder_or_root(folder),
            "Celery is among its dependencies, and nothing says which workers there are",
            "add a service for each, with a `run:` such as `celery -A APP worker`",
        );
    }
    project
}

fn without_server(tree: Tree<'_>, folder: &str, name: &str, all: &[String]) -> Project {
    let mut project = Project::library(folder, name);
    if !tree.has(folder, "Dockerfile") && !all.is_empty() && !tree.has(folder, "setup.py") {
        project.remark(
            folder_or_root(folder),
            "a Python project without a web framework that is known here",
            "add a service with `stack: python` and `run:` if it runs by itself",
        );
    }
    project
}

fn folder_or_root(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// Names in a list of requirements.
fn lines(text: &str) -> Vec<String> {
    let plain = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '-']));
    plain.filter_map(requirement).collect()
}

/// `psycopg[binary]>=3.1; python_version > "3"` is `psycopg`.
fn requirement(text: &str) -> Option<String> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'));
    let name = text[..end.unwrap_or(text.len())].to_lowercase().replace('_', "-");
    (!name.is_empty()).then_some(name)
}

/// Names in `pyproject.toml` (of the standard, of Poetry, of groups) and in a `Pipfile`.
fn tables(text: &str) -> Vec<String> {
    let Ok(root) = text.parse::<toml::Table>() else { return Vec::new() };
    let at = |keys: &[&str]| {
        let mut value = root.get(keys[0])?;
        for key in &keys[1..] {
            value = value.get(key)?;
        }
        Some(value.clone())
    };
    let mut names: Vec<String> = Vec::new();
    let listed = at(&["project", "dependencies"]);
    for item in listed.iter().filter_map(|list| list.as_array()).flatten().filter_map(|item| item.as_str()) {
        names.extend(requirement(item));
    }
    for keys in [&["tool", "poetry", "dependencies"][..], &["packages"]] {
        let table = at(keys);
        names.extend(
            table
                .iter()
                .filter_map(|table| table.as_table())
                .flat_map(|table| table.keys())
                .filter_map(|name| requirement(name)),
        );
    }
    names
}

/// How it is started on this machine, where the application is plainly there.
fn start(tree: Tree<'_>, folder: &str, server: &str, gunicorn: bool) -> Option<Noted<String>> {
    if server == "django" {
        let wsgi = tree.below(folder).find(|path| path.ends_with("/wsgi.py"));
        let module = wsgi.map(|path| module(folder, path));
        let (command, from) = match module {
            Some(module) if gunicorn => (format!("gunicorn {module}"), wsgi?.to_owned()),
            _ if tree.has(folder, "manage.py") => (
                "sh -c 'exec python manage.py runserver --noreload 0.0.0.0:$PORT'".to_owned(),
                join(folder, "manage.py"),
            ),
            _ => return None,
        };
        return Some(Noted::new(in_folder(folder, &command), from));
    }
    let (class, command) = match server {
        "flask" if gunicorn => ("Flask(", "gunicorn APP"),
        "flask" => ("Flask(", "sh -c 'exec flask --app APP run --host 0.0.0.0 --port $PORT'"),
        "fastapi" => ("FastAPI(", "sh -c 'exec uvicorn APP --host 0.0.0.0 --port $PORT'"),
        "starlette" => ("Starlette(", "sh -c 'exec uvicorn APP --host 0.0.0.0 --port $PORT'"),
        "litestar" => ("Litestar(", "sh -c 'exec uvicorn APP --host 0.0.0.0 --port $PORT'"),
        _ => return None,
    };
    for path in tree.sources(folder, &[".py"], &[]) {
        let text = tree.text(path).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            let Some((left, _)) = line.split_once(class) else { continue };
            let variable = left
                .trim_end()
                .strip_suffix('=')
                .map(str::trim)
                .map(|name| name.split(':').next().unwrap_or(name).trim());
            if let Some(variable) = variable.filter(|name| !line.starts_with(' ') && crate::draft::is_variable(name)) {
                let app = format!("{}:{variable}", module(folder, path));
                let command = in_folder(folder, &command.replace("APP", &app));
                return Some(Noted::new(command, format!("{path}:{}", number + 1)));
            }
        }
    }
    None
}

/// `app/main.py` is `app.main`.
fn module(folder: &str, path: &str) -> String {
    let inner = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    inner.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".")
}
