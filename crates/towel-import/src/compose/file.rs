//! A compose file as a whole: which of its services keep data, which are run, which are left out.

use std::collections::BTreeMap;

use towel_source::Node;

use super::{dependencies, inherit, port, route, service, store, variables};
use crate::account::Cursor;
use crate::draft::{Draft, Names, Noted};
use crate::import::Around;
use crate::read::{Parties, Party, What, fill};

/// A service of the file.
pub(super) struct Entry<'a> {
    /// Its name there.
    pub(super) original: String,
    /// Its name in the new file.
    pub(super) name: String,
    /// Where it stands.
    pub(super) at: Cursor<'a>,
    /// What it becomes.
    pub(super) role: Role,
}

/// What a service of a compose file becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Service,
    Store,
    /// A command that runs before others start.
    Hook,
}

/// All that is known while services are converted one by one.
pub(super) struct Known<'a, 'w> {
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) parties: Parties,
    pub(super) around: &'w Around<'w>,
    pub(super) root: Cursor<'a>,
    pub(super) product: String,
}

impl<'a> Known<'a, '_> {
    pub(super) fn entry(&self, original: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.original == original)
    }
}

/// Converts a compose file.
pub(crate) fn convert(root: &Cursor<'_>, around: &Around<'_>) -> Draft {
    let mut draft = Draft::default();
    let name = root.get("name").and_then(|name| Some(fill(name.text()?).text)).filter(|name| !name.is_empty());
    draft.name = name.map(|name| Noted::plain(crate::draft::name(&name)));
    let product = draft.name.as_ref().map_or_else(|| around.product.clone(), |name| name.value.clone());
    let services = root.get("services").map(|services| services.each()).unwrap_or_default();
    // Keys of a base that is extended count as read when whoever extends it reads them.
    let services = inherit::resolve(services);
    let entries = entries(services);
    let parties = parties(&entries, around);
    let known = Known { entries, parties, around, root: root.clone(), product };
    let mut hosts = Vec::new();
    for entry in &known.entries {
        match entry.role {
            Role::Store => draft.datastores.extend(store::convert(entry, &known)),
            Role::Hook => {}
            Role::Service => {
                let (service, exposed) = service::convert(entry, &known);
                hosts.extend(exposed.map(|exposed| (draft.services.len(), exposed)));
                draft.services.push(service);
            }
        }
    }
    route::expose(&mut draft, hosts);
    draft
}

/// The services that come over, each with its role.
fn entries<'a>(services: Vec<(String, Cursor<'a>)>) -> Vec<Entry<'a>> {
    let wanted = dependencies::wanted(&services);
    let hooks = dependencies::hooks(&services);
    let mut names = Names::default();
    let mut entries = Vec::new();
    for (original, at) in services {
        if !at.is_mapping() {
            at.left_out("this service says nothing");
            continue;
        }
        if !wanted.contains(&original) {
            at.left_out(
                "it only starts with a profile; towel has none. Name it under `services:` when it is part of the product",
            );
            continue;
        }
        if is_proxy(&at) {
            at.left_out("towel's own gateway stands in its place: `expose:`, `gateway: tls:`");
            continue;
        }
        let role = match () {
            () if store::kind(&at).is_some() => Role::Store,
            () if hooks.contains(&original) => Role::Hook,
            () => Role::Service,
        };
        let name = names.give(&original);
        entries.push(Entry { original, name, at, role });
    }
    entries
}

/// Proxies that do nothing but route to containers.
fn is_proxy(service: &Cursor<'_>) -> bool {
    let names = ["traefik", "nginx-proxy", "caddy-docker-proxy", "kamal-proxy", "acme-companion"];
    let image = service.get("image").and_then(|image| Some(fill(image.node().text()?).text)).unwrap_or_default();
    let name = crate::draft::Image::of(&image).name;
    service.get("build").is_none() && names.contains(&name.rsplit('/').next().unwrap_or(name))
}

/// How each of them is named by the variables of others.
fn parties(entries: &[Entry<'_>], around: &Around<'_>) -> Parties {
    let party = |entry: &Entry<'_>| {
        let mut hosts = vec![(entry.original.clone(), None)];
        let text = |key: &str| entry.at.get(key).and_then(|at| Some(fill(at.peek()?).text));
        hosts.extend(text("container_name").into_iter().chain(text("hostname")).map(|host| (host, None)));
        hosts.extend(aliases(&entry.at).into_iter().map(|alias| (alias, None)));
        let what = match store::kind(&entry.at) {
            Some((kind, _)) => {
                let raw: BTreeMap<String, String> = variables::peek(&entry.at, around);
                let find = |names: &[&str]| names.iter().find_map(|name| raw.get(*name).cloned());
                What::Store {
                    kind,
                    user: find(&store::USERS),
                    password: find(&store::PASSWORDS),
                    database: find(&store::DATABASES),
                }
            }
            None => {
                let told = variables::peek(&entry.at, around).get("PORT").and_then(|text| fill(text).text.parse().ok());
                What::Service { port: port::choose(&entry.at, told).or(told) }
            }
        };
        Party { hosts, name: entry.name.clone(), what }
    };
    Parties::new(entries.iter().filter(|entry| entry.role != Role::Hook).map(party).collect())
}

fn aliases(service: &Cursor<'_>) -> Vec<String> {
    let networks = service.get("networks").map(|networks| networks.each()).unwrap_or_default();
    let lists = networks.iter().filter_map(|(_, network)| network.get("aliases"));
    lists.flat_map(|list| list.items()).filter_map(|alias| alias.node().text().map(str::to_owned)).collect()
}

/// Whether a node says nothing.
pub(super) fn says_nothing(node: &Node) -> bool {
    node.is_null() || node.mapping().is_some_and(towel_source::Mapping::is_empty)
}
