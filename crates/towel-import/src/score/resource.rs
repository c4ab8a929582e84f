//! What a workload asks for: datastores, names at the front door, other workloads.

use std::collections::BTreeMap;

use crate::account::Cursor;
use crate::compose::shared_domain;
use crate::draft::{Datastore, DatastoreKind, Draft, Expose, Noted, name};

/// What each resource became.
#[derive(Default)]
pub(super) struct Resources {
    found: BTreeMap<String, Resource>,
    /// The route, if there is one.
    pub(super) expose: Option<Noted<Expose>>,
}

/// What a resource became.
pub(super) enum Resource {
    /// A datastore of that name.
    Store(String),
    /// Another workload of that name.
    Workload(String),
    /// A name at the front door.
    Dns,
    /// Variables from outside.
    Environment,
}

impl Resources {
    pub(super) fn get(&self, name: &str) -> Option<&Resource> {
        self.found.get(name)
    }

    /// The datastores that the workload asks for.
    pub(super) fn needs(&self) -> Vec<Noted<String>> {
        let stores = self.found.values().filter_map(|found| match found {
            Resource::Store(name) => Some(name.clone()),
            _ => None,
        });
        let mut names: Vec<String> = stores.collect();
        names.dedup();
        names.into_iter().map(Noted::plain).collect()
    }
}

/// What the workload asks for; its datastores are added to the draft.
pub(super) fn convert(root: &Cursor<'_>, workload: &str, draft: &mut Draft) -> Resources {
    let mut resources = Resources::default();
    let mut routes = Vec::new();
    for (original, at) in root.get("resources").map(|resources| resources.each()).unwrap_or_default() {
        let Some(kind) = at.get("type") else { continue };
        let text = kind.peek().unwrap_or_default();
        let found = match text {
            "dns" => {
                kind.approximated("the domain of the environment: `${env.domain}`");
                Resource::Dns
            }
            "environment" => {
                kind.approximated("its variables are secrets, read from `.env`");
                Resource::Environment
            }
            "service" | "workload" => {
                kind.approximated("another service of the same name");
                Resource::Workload(name(&original))
            }
            "route" => {
                routes.push(at);
                continue;
            }
            _ => match store(&original, text, &at, &kind, workload, draft) {
                Some(name) => Resource::Store(name),
                None => continue,
            },
        };
        resources.found.insert(original, found);
    }
    resources.expose = routes.iter().find_map(|at| route(at, draft));
    for other in routes.iter().skip(1) {
        other.left_out("a service has one route; the first one stands");
    }
    resources
}

fn store(
    original: &str,
    text: &str,
    at: &Cursor<'_>,
    kind: &Cursor<'_>,
    workload: &str,
    draft: &mut Draft,
) -> Option<String> {
    let known = match text {
        "postgres" | "postgres-instance" | "postgresql" => DatastoreKind::Postgres,
        "mysql" | "mysql-instance" => DatastoreKind::Mysql,
        "mariadb" => DatastoreKind::Mariadb,
        "mongodb" | "mongodb-instance" => DatastoreKind::Mongodb,
        "redis" => DatastoreKind::Redis,
        "amqp" | "rabbitmq" => DatastoreKind::Rabbitmq,
        "s3" => DatastoreKind::S3,
        _ => {
            at.left_out(format!("towel has no datastore of type `{text}`"));
            return None;
        }
    };
    // An id is shared among workloads, a name is this workload's.
    let shared = at.get("id").and_then(|id| id.text());
    let called = name(shared.unwrap_or(original));
    let called = if called == workload { format!("{called}-{}", known.name()) } else { called };
    let mut store = Datastore::new(called.clone(), Noted::plain(known));
    match at.find(&["params", "version"]).and_then(|version| version.text()) {
        Some(version) => {
            kind.converted();
            store.version = Some(Noted::plain(version.to_owned()));
        }
        None => {
            if let Some(usual) = known.usual_version() {
                store.version = Some(Noted::new(usual.to_owned(), "a guess: the Score file names no version"));
                kind.approximated(format!("a {} datastore; its version, `{usual}`, was guessed", known.name()));
            } else {
                kind.converted();
            }
        }
    }
    if draft.datastores.iter().all(|known| known.name != called) {
        draft.datastores.push(store);
    }
    Some(called)
}

fn route(at: &Cursor<'_>, draft: &mut Draft) -> Option<Noted<Expose>> {
    if let Some(kind) = at.get("type") {
        kind.converted();
    }
    let host = at.find(&["params", "host"]);
    let text = host.as_ref().and_then(|host| host.peek()).unwrap_or_default();
    let named = text.is_empty() || text.contains("${");
    if let Some(host) = &host {
        host.approximated("the domain of the environment: `${env.domain}`");
    }
    if !named {
        draft.domain = shared_domain(&[text]);
    }
    let path = at.find(&["params", "path"]).and_then(|path| path.text()).filter(|path| *path != "/");
    let path = path.filter(|path| path.starts_with('/')).map(str::to_owned);
    let note = if named { "a route of the Score file".to_owned() } else { format!("was {text}") };
    Some(Noted::new(Expose { host: "${env.domain}".to_owned(), path }, note))
}
