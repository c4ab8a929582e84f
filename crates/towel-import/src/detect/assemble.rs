//! A service of the draft from a project and all that tells of it.

use super::compose_beside::Beside;
use super::env_example::Example;
use super::project::Project;
use super::store::Stores;
use super::tree::Tree;
use super::{dockerfile, health, listening};
use crate::draft::{DatastoreKind, Expose, Noted, Probe, Question, Service, Variable, escape, tail};
use crate::read::{Parties, Raw, RawValue, variables};

/// What is known while services are put together.
pub(super) struct Site<'a> {
    pub(super) tree: Tree<'a>,
    pub(super) folders: Vec<String>,
    pub(super) beside: Beside,
    /// The images' name but for the service, with the reason.
    pub(super) images: (String, String),
    /// Whether one service is all there is.
    pub(super) alone: bool,
}

/// Where a service listens, found before its variables: those of others may lead there.
pub(super) struct Place {
    pub(super) port: Option<Noted<u16>>,
    pub(super) paths: health::Paths,
    pub(super) dockerfile: dockerfile::Dockerfile,
}

/// The port of a project, from the source, the Dockerfile, the examples, or its framework's custom.
pub(super) fn place(project: &mut Project, site: &Site<'_>, examples: &[Example]) -> Place {
    let dockerfile = dockerfile::read(site.tree, &project.folder);
    let static_files = project.stack.as_ref().is_some_and(|stack| stack.value == "static");
    let look = !static_files && !project.endings.is_empty() && (project.listens || dockerfile.port.is_some());
    let heard = if look {
        listening::look(site.tree, &project.folder, project.endings, &site.folders)
    } else {
        listening::Listening::default()
    };
    let paths = if look {
        health::look(site.tree, &project.folder, project.endings, &site.folders)
    } else {
        health::Paths::default()
    };
    if let Some((port, at)) = &heard.port
        && !heard.heeds_port
    {
        project.remark(
            at.clone(),
            format!("it listens on {port}, whatever `PORT` says"),
            format!(
                "towel gives each instance a port of its own as `PORT`: let it listen there, and on {port} without one"
            ),
        );
    }
    let example = examples.iter().find(|example| example.name == "PORT" && example.own);
    let example = example.and_then(|example| Some((example.value.parse::<u16>().ok()?, example.place.clone())));
    let seen = heard.port.or_else(|| dockerfile.port.clone()).or(example);
    let beside = site.beside.built_from(&project.folder);
    let beside = beside.and_then(|(service, at)| Some((service.port.as_ref()?.value, at)));
    let usual = project.usual_port.filter(|_| project.listens);
    let usual = usual.map(|port| {
        (
            port,
            if static_files {
                "nginx of the image that towel renders".to_owned()
            } else {
                "its framework's custom".to_owned()
            },
        )
    });
    let told = heard.heeds_port && project.listens;
    let told = told.then(|| (8080, "a guess: it listens where `PORT` says".to_owned()));
    let port = if static_files { usual } else { seen.or(beside).or(usual).or(told) };
    Place { port: port.map(|(port, why)| Noted::new(port, why)), paths, dockerfile }
}

/// The service.
pub(super) fn service(
    project: &Project,
    name: &str,
    place: &Place,
    examples: &[Example],
    stores: &Stores,
    parties: &Parties,
    site: &Site<'_>,
) -> Service {
    let shown = if project.folder.is_empty() { "." } else { &project.folder };
    let mut service = Service {
        name: name.to_owned(),
        description: project.description.clone().map(Noted::plain),
        stack: project.stack.clone(),
        source: Some(Noted::plain(shown.to_owned())),
        image: Some(image(name, site)),
        run: project.run.clone(),
        port: place.port.clone(),
        ..Service::default()
    };
    probes(place, &mut service);
    let static_files = project.stack.as_ref().is_some_and(|stack| stack.value == "static");
    if !static_files {
        service.env = env(examples, stores, parties);
        needs(project, stores, site, &mut service);
    } else if service.ready.is_none() || service.port.is_some() {
        service.ready = Some(Noted::new(Probe::of(Question::Get("/".to_owned())), "its first page"));
    }
    service
}

fn image(name: &str, site: &Site<'_>) -> Noted<String> {
    let (base, why) = &site.images;
    let own = base.rsplit('/').next() == Some(name);
    let whole = if site.alone || own { base.clone() } else { format!("{base}-{name}") };
    Noted::new(format!("{whole}:${{version}}"), why.clone())
}

fn probes(place: &Place, service: &mut Service) {
    if service.port.is_none() {
        return;
    }
    let get = |(path, at): &(String, String)| Noted::new(Probe::of(Question::Get(path.clone())), at.clone());
    let paths = &place.paths;
    let asked = place.dockerfile.health.as_ref();
    service.ready = paths.ready.as_ref().or(paths.general.as_ref()).or(asked).map(get);
    service.live = paths.live.as_ref().map(get);
    if service.ready.is_none() {
        let note = "a guess: no path for health was seen; one that says whether it can serve is better";
        service.ready = Some(Noted::new(Probe::of(Question::Tcp), note));
    }
    service.metrics = paths.metrics.as_ref().map(|(path, at)| Noted::new(path.clone(), at.clone()));
}

/// What names of variables begin with that are handed to browsers.
const PUBLIC: [&str; 6] = ["NEXT_PUBLIC_", "NUXT_PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_", "PUBLIC_"];

/// The variables of the examples, with addresses and secrets in towel's notation.
fn env(examples: &[Example], stores: &Stores, parties: &Parties) -> Vec<Variable> {
    let raw = examples.iter().map(|example| {
        let place = &example.place;
        let public = PUBLIC.iter().any(|beginning| example.name.starts_with(beginning));
        let (value, note) = match local_host(example, examples, stores) {
            Some(host) => (RawValue::Literal(host), place.clone()),
            None if example.value.is_empty() => (RawValue::Outside, format!("{place} gives no value")),
            None if public && example.value.contains("://") => {
                let value = RawValue::Ready(escape(&example.value));
                (value, format!("{place}; browsers use it: write the address that users reach"))
            }
            None => (RawValue::Literal(example.value.clone()), place.clone()),
        };
        Raw { name: example.name.clone(), value, note: Some(note), at: None }
    });
    variables(raw.collect(), parties).0
}

/// `DB_HOST=localhost` beside `DB_PORT=5432` means the datastore with that port; its own name says so plainly.
fn local_host(example: &Example, all: &[Example], stores: &Stores) -> Option<String> {
    let (stem, _) = tail(&example.name, &["HOSTNAME", "HOST", "SERVER"])?;
    if !matches!(example.value.as_str(), "localhost" | "127.0.0.1" | "host.docker.internal" | "") {
        return None;
    }
    let port = all.iter().find(|other| other.name == format!("{stem}PORT"));
    let port = port.and_then(|other| other.value.parse::<u16>().ok());
    let by_port = port.and_then(|port| stores.all.iter().find(|store| store.kind.port() == port));
    let words = [
        ("PG", DatastoreKind::Postgres),
        ("POSTGRES", DatastoreKind::Postgres),
        ("MYSQL", DatastoreKind::Mysql),
        ("MARIADB", DatastoreKind::Mariadb),
        ("MONGO", DatastoreKind::Mongodb),
        ("REDIS", DatastoreKind::Redis),
        ("RABBIT", DatastoreKind::Rabbitmq),
        ("AMQP", DatastoreKind::Rabbitmq),
    ];
    let by_word = words.iter().find(|(word, _)| stem.starts_with(word)).and_then(|(_, kind)| stores.of_kind(*kind));
    let sql = [DatastoreKind::Postgres, DatastoreKind::Mysql, DatastoreKind::Mongodb];
    let database = matches!(stem, "DB_" | "DATABASE_").then(|| sql.iter().find_map(|kind| stores.of_kind(*kind)));
    by_word.or(by_port).or(database.flatten()).map(|store| store.name.clone())
}

/// The datastores that it speaks to, each with a variable that says where.
fn needs(project: &Project, stores: &Stores, site: &Site<'_>, service: &mut Service) {
    let beside = site.beside.built_from(&project.folder).map(|(service, at)| (service.needs.clone(), at));
    for store in &stores.all {
        let kinds =
            project.stores.iter().find(|(kind, _)| stores.of_kind(*kind).is_some_and(|it| it.name == store.name));
        let composed = beside.as_ref().filter(|(needs, _)| needs.iter().any(|need| need.value == store.name));
        let why = kinds.map(|(_, why)| why.clone()).or_else(|| composed.map(|(_, at)| at.clone()));
        let referred = service.env.iter().any(|variable| refers(variable, &store.name));
        if let Some(why) = why {
            service.needs.push(Noted::new(store.name.clone(), why));
            let usual = store.kind.usual_variable();
            if !referred && service.env.iter().all(|variable| variable.name != usual) {
                service.env.push(Variable {
                    name: usual.to_owned(),
                    value: format!("${{{}.url}}", store.name),
                    literal: Some(String::new()),
                    note: Some("a guess: call it as your program does".to_owned()),
                });
            }
        }
    }
}

fn refers(variable: &Variable, part: &str) -> bool {
    crate::draft::references(&variable.value).iter().any(|reference| reference.split('.').next() == Some(part))
}

/// Names at the front door: the only service, or the first with pages, is the domain itself.
pub(super) fn expose(services: &mut [Service]) {
    let listening = services.iter().filter(|service| service.port.is_some()).count();
    let candidates = services.iter().enumerate().filter(|(_, service)| service.port.is_some());
    let candidates: Vec<(usize, &Service)> =
        candidates.filter(|(_, service)| listening == 1 || has_pages(service)).collect();
    let named = |names: &[&str]| candidates.iter().find(|(_, service)| names.contains(&service.name.as_str()));
    let front = named(&["web", "frontend", "www", "site", "app", "client", "shop"]);
    let front = front.or_else(|| candidates.iter().find(|(_, service)| !service.name.contains("admin")));
    let front = front.or(candidates.first()).map(|(number, _)| *number);
    for (number, service) in services.iter_mut().enumerate().filter(|(_, service)| service.port.is_some()) {
        let host = if Some(number) == front {
            "${env.domain}".to_owned()
        } else {
            format!("{}.${{env.domain}}", service.name)
        };
        let note = "a guess: remove it if only other services call it";
        service.expose = Some(Noted::new(Expose { host, path: None }, note));
    }
}

/// Whether people look at it in a browser.
pub(super) fn has_pages(service: &Service) -> bool {
    service.stack.as_ref().is_some_and(|stack| matches!(stack.value.as_str(), "static" | "nextjs" | "php"))
}
