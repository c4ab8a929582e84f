//! A blueprint as a whole, with services in the root, in `ungrouped` and in projects' environments.

use std::collections::BTreeMap;

use super::{database, service};
use crate::account::Cursor;
use crate::compose::{shared_domain, under};
use crate::draft::{Draft, Expose, Names, Noted};
use crate::import::Around;
use crate::read::{Parties, Party, What};

/// A service or database of the blueprint.
pub(super) struct Entry<'a> {
    pub(super) name: String,
    pub(super) at: Cursor<'a>,
    pub(super) kind: Kind,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Postgres,
    Redis,
    Web,
    Private,
    Worker,
    Static,
}

/// All that is known while entries are converted one by one.
pub(super) struct Known<'a, 'w> {
    pub(super) entries: BTreeMap<String, (String, Cursor<'a>)>,
    pub(super) groups: BTreeMap<String, Cursor<'a>>,
    pub(super) parties: Parties,
    pub(super) around: &'w Around<'w>,
}

/// Converts a blueprint.
pub(crate) fn convert(root: &Cursor<'_>, around: &Around<'_>) -> Draft {
    let mut names = Names::default();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut groups = BTreeMap::new();
    let mut draft = Draft::default();
    for holder in holders(root, &mut draft) {
        for at in holder.get("envVarGroups").map(|groups| groups.items()).unwrap_or_default() {
            if let Some(name) = at.get("name").and_then(|name| name.node().text()) {
                groups.insert(name.to_owned(), at);
            }
        }
        let databases = holder.get("databases").map(|list| list.items()).unwrap_or_default();
        let services = holder.get("services").map(|list| list.items()).unwrap_or_default();
        let kinds = databases.into_iter().map(|at| (Some(Kind::Postgres), at));
        for (kind, at) in kinds.chain(services.into_iter().map(|at| (kind(&at), at))) {
            entries.extend(entry(kind, at, &mut names));
        }
    }
    let parties = entries.iter().map(party).collect();
    let originals = entries.iter().filter_map(|entry| {
        let original = entry.at.get("name")?.node().text()?.to_owned();
        Some((original, (entry.name.clone(), entry.at.clone())))
    });
    let known = Known { entries: originals.collect(), groups, parties: Parties::new(parties), around };
    let mut hosts = Vec::new();
    for entry in &entries {
        match entry.kind {
            Kind::Postgres | Kind::Redis => draft.datastores.push(database::convert(entry)),
            _ => {
                let service = service::convert(entry, &known);
                hosts.extend(domains(entry).map(|host| (draft.services.len(), host)));
                draft.services.push(service);
                draft.secrets.extend(super::variables::generated(&entry.at, &known));
            }
        }
    }
    expose(&mut draft, hosts);
    draft
}

/// The mappings that hold services: the root, `ungrouped`, and the first environment of each project.
fn holders<'a>(root: &Cursor<'a>, draft: &mut Draft) -> Vec<Cursor<'a>> {
    let mut holders = vec![root.clone()];
    holders.extend(root.get("ungrouped"));
    for project in root.get("projects").map(|projects| projects.items()).unwrap_or_default() {
        holders.push(project.clone());
        if let Some(name) = project.get("name").and_then(|name| name.text()) {
            draft.name.get_or_insert(Noted::new(crate::draft::name(name), "the project's name"));
        }
        let environments = project.get("environments").map(|list| list.items()).unwrap_or_default();
        for (number, at) in environments.into_iter().enumerate() {
            if number == 0 {
                if let Some(name) = at.get("name") {
                    name.approximated(
                        "its parts became the product's; environments of towel share them and restate what differs",
                    );
                }
                holders.push(at);
            } else {
                at.left_out("a further environment: declare it under `environments:`, and restate there what differs");
            }
        }
    }
    holders
}

fn kind(at: &Cursor<'_>) -> Option<Kind> {
    let text = |key: &str| at.get(key).and_then(|it| it.node().text());
    let is_static = text("runtime").or_else(|| text("env")) == Some("static");
    match text("type")? {
        "web" if is_static => Some(Kind::Static),
        "static" | "static_site" => Some(Kind::Static),
        "web" => Some(Kind::Web),
        "pserv" => Some(Kind::Private),
        "worker" => Some(Kind::Worker),
        "redis" | "keyvalue" => Some(Kind::Redis),
        _ => None,
    }
}

fn entry<'a>(kind: Option<Kind>, at: Cursor<'a>, names: &mut Names) -> Option<Entry<'a>> {
    let Some(kind) = kind else {
        let cron = at.get("type").and_then(|it| it.node().text()) == Some("cron");
        at.left_out(if cron {
            "towel runs no jobs at set times: keep it as a cron job of the cluster or of this machine"
        } else {
            "towel knows no service of this type"
        });
        return None;
    };
    let original = at.get("name").and_then(|name| name.text()).unwrap_or("service").to_owned();
    if names.get(&original).is_some() {
        at.left_out("a part of this name was met before, in another environment");
        return None;
    }
    if let Some(type_) = at.get("type") {
        type_.converted();
    }
    Some(Entry { name: names.give(&original), at, kind })
}

fn party(entry: &Entry<'_>) -> Party {
    let hosts = entry.at.get("name").and_then(|name| Some((name.node().text()?.to_owned(), None)));
    let what = match entry.kind {
        Kind::Postgres => store(crate::draft::DatastoreKind::Postgres),
        Kind::Redis => store(crate::draft::DatastoreKind::Redis),
        _ => What::Service { port: None },
    };
    Party { hosts: hosts.into_iter().collect(), name: entry.name.clone(), what }
}

const fn store(kind: crate::draft::DatastoreKind) -> What {
    What::Store { kind, user: None, password: None, database: None }
}

/// The host of a service that the outside reaches: its first domain, or the one that Render would give.
fn domains(entry: &Entry<'_>) -> Option<Option<String>> {
    if !matches!(entry.kind, Kind::Web | Kind::Static) {
        return None;
    }
    let list = entry.at.get("domains").map(|list| list.items());
    let one = entry.at.get("domain").map(|one| vec![one]);
    let all = list.or(one).unwrap_or_default();
    let (first, others) = match all.split_first() {
        Some(split) => split,
        None => return Some(None),
    };
    first.approximated("became a name below the environment's domain");
    others.iter().for_each(|other| other.left_out("a service is exposed at one host"));
    Some(first.node().text().map(str::to_owned))
}

fn expose(draft: &mut Draft, hosts: Vec<(usize, Option<String>)>) {
    let known: Vec<&str> = hosts.iter().filter_map(|(_, host)| host.as_deref()).collect();
    draft.domain = shared_domain(&known);
    let only = hosts.len() == 1;
    for (number, host) in hosts {
        let service = &mut draft.services[number];
        let (host, note) = match host {
            Some(host) => (under(&host, draft.domain.as_deref()), format!("was {host}")),
            None if only => ("${env.domain}".to_owned(), "Render gave it a name of its own".to_owned()),
            None => (format!("{}.${{env.domain}}", service.name), "Render gave it a name of its own".to_owned()),
        };
        service.expose = Some(Noted::new(Expose { host, path: None }, note));
    }
}
