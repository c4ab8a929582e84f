//! A repository as a whole.

use super::assemble::{self, Place, Site};
use super::env_example::{self, Example};
use super::project::{Project, Role};
use super::store::Stores;
use super::tree::Tree;
use super::{compose_beside, flutter, git, go, node, other, php, python, rust};
use crate::draft::{self, Client, Draft, Names, Noted, settle};
use crate::files::Files;
use crate::read::{Party, What};

/// What was found in a repository.
#[derive(Debug, Clone)]
pub struct Detected {
    /// The product.
    pub draft: Draft,
    /// Each part that was found, with what tells of it.
    pub sights: Vec<Sight>,
    /// What was not understood, or is worth a look.
    pub unclear: Vec<Unclear>,
}

/// A part that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// `service`, `client`, `datastore` or `library`.
    pub role: &'static str,
    /// Its name.
    pub name: String,
    /// Its stack or kind.
    pub what: String,
    /// Its folder; empty for a datastore.
    pub folder: String,
    /// What tells of it.
    pub evidence: Vec<String>,
}

/// Something that was not understood, or is worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// Where.
    pub place: String,
    /// What.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

/// A service on its way into the draft.
struct Found {
    project: Project,
    name: String,
    examples: Vec<Example>,
    place: Place,
}

/// Looks at a repository. `folder` is the name of the folder in which it lies.
pub fn detect(files: &dyn Files, folder: &str) -> Detected {
    let tree = Tree::new(files);
    let mut projects = all(tree);
    let folders: Vec<String> = projects.iter().map(|project| project.folder.clone()).collect();
    projects.extend(other::projects(tree, &running(&projects)));
    let beside = compose_beside::read(tree, files);
    let mut draft = Draft::default();
    head(tree, folder, &mut draft);
    let services = projects.iter().filter(|project| project.role == Role::Service).count();
    let site = Site { tree, folders, beside, images: images(&draft), alone: services == 1 };
    let mut names = Names::default();
    let examples: Vec<Vec<Example>> =
        projects.iter().map(|project| env_example::of(tree, project, &site.folders, site.alone)).collect();
    let named: Vec<_> = examples
        .iter()
        .zip(&projects)
        .filter(|(_, project)| project.role == Role::Service)
        .flat_map(|(examples, _)| env_example::stores(examples))
        .collect();
    let running: Vec<Project> = projects.iter().filter(|project| project.role == Role::Service).cloned().collect();
    let stores = Stores::of(&running, &named, &site.beside, &mut names);
    let mut unclear = Vec::new();
    let mut found = Vec::new();
    for (mut project, examples) in projects.into_iter().zip(examples) {
        let name = unique(&project, &mut names);
        match project.role {
            Role::Service => {
                let place = assemble::place(&mut project, &site, &examples);
                if let Some(why) = node::keeps_files(tree, &project) {
                    let advice = "keep one replica, or move it to a datastore: instances keep no files";
                    project.remark(why, "data lies in a file beside the program", advice);
                }
                found.push(Found { project, name, examples, place });
            }
            Role::Client | Role::Library => found.push(Found { place: nowhere(), examples: Vec::new(), project, name }),
        }
    }
    fill(&mut draft, &found, &stores, &site);
    let sights = sights(&found, &stores);
    for one in &found {
        unclear.extend(one.project.remarks.iter().map(remark));
    }
    unclear.extend(leftovers(tree, &found, &site));
    unclear.extend(settle(&mut draft).into_iter().map(|what| Unclear {
        place: "towel.yaml".to_owned(),
        what,
        advice: "see whether the value is right".to_owned(),
    }));
    Detected { draft, sights, unclear }
}

/// The stack of a folder, and what says so.
pub(crate) fn stack_of(files: &dyn Files, folder: &str) -> Option<(String, String)> {
    let tree = Tree::new(files);
    let found = all(tree).into_iter().find(|project| project.folder == folder && project.role == Role::Service)?;
    let stack = found.stack?;
    Some((stack.value, stack.note.unwrap_or_default()))
}

fn all(tree: Tree<'_>) -> Vec<Project> {
    let mut all = node::projects(tree);
    all.extend(php::projects(tree));
    all.extend(python::projects(tree));
    all.extend(go::projects(tree));
    all.extend(rust::projects(tree));
    all.extend(flutter::projects(tree));
    all.sort_by(|one, other| one.folder.cmp(&other.folder));
    all
}

fn running(projects: &[Project]) -> Vec<String> {
    projects.iter().filter(|project| project.role != Role::Library).map(|project| project.folder.clone()).collect()
}

const fn nowhere() -> Place {
    Place {
        port: None,
        paths: super::health::Paths { live: None, ready: None, general: None, metrics: None },
        dockerfile: super::dockerfile::Dockerfile { port: None, health: None },
    }
}

/// A name of its own, even when a folder holds two projects.
fn unique(project: &Project, names: &mut Names) -> String {
    let stack = project.stack.as_ref().map_or("image", |stack| stack.value.as_str());
    if project.role == Role::Library {
        return project.name.clone();
    }
    let plain = draft::name(&project.name);
    if names.is_free(&plain) { names.give(&plain) } else { names.give(&format!("{plain}-{stack}")) }
}

/// Name, description and address of the product.
fn head(tree: Tree<'_>, folder: &str, draft: &mut Draft) {
    let config = tree.text(".git/config").and_then(|config| git::repository(&config));
    draft.repository =
        config.as_ref().map(|(address, line)| Noted::new(address.clone(), format!(".git/config:{line}")));
    let last = config.as_ref().and_then(|(address, _)| address.rsplit('/').next());
    draft.name = Some(match last {
        Some(last) => Noted::new(draft::name(last), "the repository's name"),
        None => Noted::new(draft::name(folder), "the folder's name"),
    });
    draft.remarks = vec![
        "Made by `towel init` from what lies in this repository.".to_owned(),
        "Comments say where each guess came from. Keep what is right, mend the rest, drop the comments.".to_owned(),
    ];
}

/// How images are called but for the service, by where the source lives.
fn images(draft: &Draft) -> (String, String) {
    let address = draft.repository.as_ref().map(|address| address.value.to_lowercase()).unwrap_or_default();
    let product = draft.name.as_ref().map_or("product", |name| name.value.as_str());
    if let Some(path) = address.strip_prefix("github.com/") {
        return (format!("ghcr.io/{path}"), "a guess: GitHub's registry".to_owned());
    }
    if let Some(path) = address.strip_prefix("gitlab.com/") {
        return (format!("registry.gitlab.com/{path}"), "a guess: GitLab's registry".to_owned());
    }
    (product.to_owned(), "a guess: write the registry to which you push it".to_owned())
}

fn fill(draft: &mut Draft, found: &[Found], stores: &Stores, site: &Site<'_>) {
    let services: Vec<&Found> = found.iter().filter(|one| one.project.role == Role::Service).collect();
    let party = |one: &&Found| {
        let port = one.place.port.as_ref().map(|port| port.value);
        let local =
            ["localhost", "127.0.0.1"].iter().filter_map(|host| port.map(|port| ((*host).to_owned(), Some(port))));
        let mut hosts: Vec<(String, Option<u16>)> = local.collect();
        hosts.push((one.name.clone(), None));
        Party { hosts, name: one.name.clone(), what: What::Service { port } }
    };
    // An address of itself, or of pages that browsers load, is one that users reach, not one between services.
    let pages =
        |one: &Found| one.project.stack.as_ref().is_some_and(|it| matches!(it.value.as_str(), "static" | "nextjs"));
    for one in &services {
        let others = services.iter().filter(|other| other.name != one.name && other.place.port.is_some());
        let others = others.filter(|other| !pages(other)).map(party);
        let parties = stores.parties(others);
        draft.services.push(assemble::service(
            &one.project,
            &one.name,
            &one.place,
            &one.examples,
            stores,
            &parties,
            site,
        ));
    }
    assemble::expose(&mut draft.services);
    draft.datastores = stores.drafts();
    draft.clients = found
        .iter()
        .filter(|one| one.project.role == Role::Client)
        .map(|one| Client {
            name: one.name.clone(),
            stack: one.project.stack.clone().unwrap_or_else(|| Noted::plain("flutter".to_owned())),
            source: if one.project.folder.is_empty() { ".".to_owned() } else { one.project.folder.clone() },
        })
        .collect();
}

fn sights(found: &[Found], stores: &Stores) -> Vec<Sight> {
    let part = |one: &Found| {
        let project = &one.project;
        let stack = project.stack.clone().unwrap_or_else(|| Noted::plain("image".to_owned()));
        let mut evidence: Vec<String> = stack.note.filter(|note| !note.is_empty()).into_iter().collect();
        evidence.extend(
            one.place
                .port
                .iter()
                .map(|port| format!("port {} ({})", port.value, port.note.as_deref().unwrap_or_default())),
        );
        Sight {
            role: match project.role {
                Role::Service => "service",
                Role::Client => "client",
                Role::Library => "library",
            },
            name: one.name.clone(),
            what: stack.value,
            folder: if project.folder.is_empty() { ".".to_owned() } else { project.folder.clone() },
            evidence,
        }
    };
    let store = |store: &super::store::Store| Sight {
        role: "datastore",
        name: store.name.clone(),
        what: store.kind.name().to_owned(),
        folder: String::new(),
        evidence: store.evidence.clone(),
    };
    found.iter().map(part).chain(stores.all.iter().map(store)).collect()
}

fn remark((place, what, advice): &(String, String, String)) -> Unclear {
    Unclear { place: place.clone(), what: what.clone(), advice: advice.clone() }
}

/// What no detector took up.
fn leftovers(tree: Tree<'_>, found: &[Found], site: &Site<'_>) -> Vec<Unclear> {
    let known: Vec<String> = found.iter().map(|one| one.project.folder.clone()).collect();
    let mut unclear: Vec<Unclear> = other::unknown(tree, &known)
        .into_iter()
        .map(|(place, what)| Unclear {
            what: format!("{what}, for which towel has no stack"),
            advice: "add a service with `image:` if it is part of the product".to_owned(),
            place,
        })
        .collect();
    let used = |name: &str| found.iter().any(|one| one.examples.iter().any(|example| example.name == name));
    let unused: Vec<Example> = env_example::of_root(tree)
        .into_iter()
        .filter(|example| !used(&example.name) && example.name != "PORT")
        .collect();
    if let Some(first) = unused.first() {
        let names: Vec<&str> = unused.iter().map(|example| example.name.as_str()).collect();
        unclear.push(Unclear {
            place: first.place.clone(),
            what: format!("no service that was found names {}", names.join(", ")),
            advice: "add them under `env:` of whoever reads them".to_owned(),
        });
    }
    for one in found.iter().filter(|one| one.project.stack.as_ref().is_some_and(|stack| stack.value == "static")) {
        if let Some(first) = one.examples.first() {
            unclear.push(Unclear {
                place: first.place.clone(),
                what: format!("`{}` is files: its variables are read when it is built, not when it runs", one.name),
                advice: "give them to the build in your pipeline".to_owned(),
            });
        }
    }
    if !site.beside.path.is_empty() {
        unclear.push(Unclear {
            place: site.beside.path.clone(),
            what: "a compose file; its datastores and ports were used as evidence".to_owned(),
            advice: format!(
                "`towel init --from {}` converts all of it, with an account of every key",
                site.beside.path
            ),
        });
    }
    let aside = ["package.json", "go.mod", "Cargo.toml", "pyproject.toml", "composer.json"];
    let aside: Vec<&str> = aside.iter().flat_map(|name| tree.aside(name)).collect();
    if let Some(first) = aside.first() {
        unclear.push(Unclear {
            place: (*first).to_owned(),
            what: format!(
                "{} below folders of tests, examples, documents or scripts passed over",
                projects(aside.len())
            ),
            advice: "add it by hand if it is part of the product".to_owned(),
        });
    }
    unclear
}

fn projects(count: usize) -> String {
    if count == 1 { "a project".to_owned() } else { format!("{count} projects") }
}
